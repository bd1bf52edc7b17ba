"""Takes what a person types, gives the answer: one file per command."""
