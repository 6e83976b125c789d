"""Inviting the first person of many offices at once, by letter or by mail."""
