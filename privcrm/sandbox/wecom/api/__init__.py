"""What the simulated vendor does, one file for each area: handlers, and below them the rows that name them."""
