"""The inbox of the centre, and the page where it sorts a case."""
