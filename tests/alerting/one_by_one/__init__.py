"""The alerter one object and one zone at a time, without columns or groups: the readable twin."""
