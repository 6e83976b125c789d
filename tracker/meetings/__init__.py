"""Regional care meetings: agenda, frozen evidence, attendance, discussion, outcomes."""
