"""A few words on the first page of some people of a town, for some days."""
