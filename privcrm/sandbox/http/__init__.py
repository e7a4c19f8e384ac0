"""HTTP as the simulated vendor speaks it, well or badly."""
