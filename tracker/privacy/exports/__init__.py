"""Rows of the town taken out as files: why, how many, and with whose agreement."""
