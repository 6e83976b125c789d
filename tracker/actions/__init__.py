"""Actions: how a decision becomes a resource, or honestly does not."""
