"""Which pages and files a site has and at which addresses, from summaries of its records."""
