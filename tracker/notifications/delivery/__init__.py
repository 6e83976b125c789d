"""Whether mail arrives: addresses that refuse it, mails that were given up, and trying again."""
