"""File formats; nothing here knows of care."""
