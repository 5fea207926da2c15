"""Full-text search that needs no server: an index of two-character keys in small script files."""
