"""Notices: that something happened, in the app and by mail, never what was written."""
