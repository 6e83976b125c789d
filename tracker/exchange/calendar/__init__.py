"""Meetings for calendars: one as a file, all of a person by a secret link."""
