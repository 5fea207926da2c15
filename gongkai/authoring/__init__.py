"""Help for who writes records and forms: drafts, schemas, the self-test of forms."""
