"""One module per port."""
