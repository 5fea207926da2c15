"""Two versions of what is published: what would change, and what may not."""
