"""What leaves for other systems: statements to record stores, events to webhooks; and other stores as we ask them."""
