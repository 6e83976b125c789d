"""The two doors of the chain: where a case is filed, and where a centre sorts it."""
