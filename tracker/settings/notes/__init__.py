"""What a town says beside an act type: a notice, its contacts, a question of its own."""
