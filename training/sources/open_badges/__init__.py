"""Open Badges 2.0 that somebody brings: read, checked as far as can be without a network, and made statements."""
