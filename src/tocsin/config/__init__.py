"""Takes a site or scenario file, gives validated settings, each with default, unit, range and help text."""
