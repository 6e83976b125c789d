"""What each person sees first: what to do now."""
