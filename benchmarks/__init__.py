"""What is measured and never fails on time: each module prints a table."""
