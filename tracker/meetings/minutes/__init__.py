"""Minutes: their text in versions, what members ask to correct, what is added after approval."""
