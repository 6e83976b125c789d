"""Numbers a town sets for itself, each with a default, its bounds and where the default is from."""
