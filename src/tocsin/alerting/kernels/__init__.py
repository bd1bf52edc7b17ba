"""What is worked out for every message, compiled: a wave of hundreds must not hold up the picture."""
