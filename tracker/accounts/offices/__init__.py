"""Offices of a town from the national open data file: read, compared, taken over."""
