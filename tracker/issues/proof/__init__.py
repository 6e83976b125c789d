"""Whether a need has become less: the exact test, its figures, and the reminders to look."""
