"""Filling an agenda: what each heading proposes, and what a press puts there."""
