"""Act types, their work classes, the coded answers, and the official guidance: dated data."""
