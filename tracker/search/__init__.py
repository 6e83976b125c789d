"""Finding cases, issues, minutes and resources by their words or their numbers."""
