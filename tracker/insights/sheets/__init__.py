"""The yearly sheet of an office: what it reported, and what became of it. No comparisons."""
