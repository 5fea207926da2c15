"""Records now against the site as published: what would change."""
