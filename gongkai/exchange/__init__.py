"""Spreadsheets and documents in and out."""
