"""Timings, which no test may depend on. `scripts/bench` runs them and says how busy the machine was."""
