"""A town's own Word files that the folder is written into."""
