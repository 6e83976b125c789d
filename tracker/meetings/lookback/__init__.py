"""Looking back: what those who were there say of a meeting, and how meetings go over a year."""
