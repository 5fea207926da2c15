"""The site's folder: files put beside it, swapped in whole, listed and locked."""
