"""Open data: tables, files per disclosure and for the whole site, feeds, redirects."""
