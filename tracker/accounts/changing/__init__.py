"""What changes in an account: memberships, moves, suspension, mergers, reviews of rights."""
