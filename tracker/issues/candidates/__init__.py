"""What repeats, proposed as a regional issue: the rule, what it found, what people did with it."""
