"""What a town sets up for itself: the emergency chain, notes beside act types, one page for all."""
