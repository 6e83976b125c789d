"""Telling everybody whose need was on the agenda, in two sentences, on a day."""
