"""What evidence keeps in MongoDB: the only place in evidence that talks to it."""
