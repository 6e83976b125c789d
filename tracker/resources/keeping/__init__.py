"""The short steps with an entry, and the lists to take along."""
