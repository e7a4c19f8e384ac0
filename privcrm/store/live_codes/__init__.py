"""Live codes in the store: what is wanted, what vendors keep, seats, groups, and who is on the way."""
