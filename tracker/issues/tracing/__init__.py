"""From the cases of an issue to its proof, and back, on one page."""
