"""A form folder made from the official table itself."""
