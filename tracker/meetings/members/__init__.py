"""Members of a meeting: their links to an account, their pledges, what they opened."""
