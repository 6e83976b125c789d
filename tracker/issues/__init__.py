"""Regional issues: what repeats across people and offices, from candidate to closing."""
