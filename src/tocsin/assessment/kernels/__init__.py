"""The compiled inner loops of assessment; each has a slow, readable twin in tests/assessment/."""
