"""Takes all that flows, gives a durable record of it, replay and query."""
