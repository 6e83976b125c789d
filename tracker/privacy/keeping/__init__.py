"""How long texts are kept, and taking one out before its time."""
