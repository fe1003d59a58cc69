"""What pages show, through `/api/v1`: the same views, read through the same lens, written as JSON."""
