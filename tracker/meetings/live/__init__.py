"""The page of the room: who is here, what is said, what is decided, while people talk."""
