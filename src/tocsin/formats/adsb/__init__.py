"""ADS-B: what aircraft send of themselves."""
