"""What is missing: for each family of acts and each area, who can take it over now."""
