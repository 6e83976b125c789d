"""The work on an action between its stages: facts, milestones, use, absence, talk."""
