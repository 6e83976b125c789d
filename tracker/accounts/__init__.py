"""People, organisations, regions: who is who, and who may do what."""
