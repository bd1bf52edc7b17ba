"""Bytes to messages of one standard each, and back: pure, without sockets, files or a clock."""
