"""Cases: one need that one office could not meet, from filing to the answer."""
