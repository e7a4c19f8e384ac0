"""What the vendor tells receivers of its own accord: which events, how written and sealed, how often tried."""
