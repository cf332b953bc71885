"""Measurements against raw SQL and bare readers and writers, on PostgreSQL: `make bench`."""
