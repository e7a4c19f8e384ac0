"""What the calls that must happen once have in common: their payloads, how they are submitted, made and settled."""
