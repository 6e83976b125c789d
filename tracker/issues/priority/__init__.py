"""How urgent an issue is: a sum of named parts, and a band that a person may set by hand."""
