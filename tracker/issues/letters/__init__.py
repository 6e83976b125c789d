"""Letters to the prefecture: what was sent when by whom, and what was answered."""
