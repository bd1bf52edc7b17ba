"""Takes tracks, gives class probabilities, the predicted path, and the probability and time of zone entry."""
