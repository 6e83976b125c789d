"""What the worker does beside the pages: mail, and the daily round."""
