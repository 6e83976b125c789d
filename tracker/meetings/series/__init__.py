"""Series of meetings: what is set up once, and what each agenda takes from it."""
