"""Takes a site, gives the running line: here, and in the commands, rooms are wired together."""
