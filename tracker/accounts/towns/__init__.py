"""What a town is made of: its areas and organisations, entered by hand, and how far that is."""
