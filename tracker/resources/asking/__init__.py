"""Asking the office behind an entry by mail whether it is still true."""
