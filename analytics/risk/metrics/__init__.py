"""How good estimates are, beside what would be had for nothing, with intervals. Pure."""
