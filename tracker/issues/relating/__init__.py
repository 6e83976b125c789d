"""Issues split, joined and linked, cases filed twice, and what keeps cases apart."""
