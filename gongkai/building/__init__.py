"""The whole build: what is fresh and what is made again, by whom, in seven steps."""
