"""The mirror in the database: people by number, relations, tags, and the bitmaps that are kept of them."""
