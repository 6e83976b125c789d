"""What every feature stands on; knows nothing of care."""
