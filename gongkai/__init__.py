"""gongkai (公开): publishes budget performance targets from YAML records as pages, PDFs and open data."""

__version__ = "0.2.0"
