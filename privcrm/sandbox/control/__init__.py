"""The control plane under /sandbox/: state, time, faults, switches, people's actions."""
