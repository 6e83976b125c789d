"""Templates for what a centre writes to offices: suggested where they fit, never sent by itself."""
