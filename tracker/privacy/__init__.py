"""Who did what, and who read what: the log as its officer reads it."""
