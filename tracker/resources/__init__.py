"""Social resources: the directory of who can help with what, where, and how to ask."""
