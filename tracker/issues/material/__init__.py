"""What staff write of an issue for a meeting: short true stories without a person, and options."""
