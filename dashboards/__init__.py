"""What each role sees, in French first. Reads facts, never statements."""
