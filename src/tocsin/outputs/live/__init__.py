"""Outputs while the line runs: pictures of tracks, their encoders, and the ways on which they go out."""
