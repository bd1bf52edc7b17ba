"""Delivery of alerts: to each receiver by its own way, until it has confirmed all that it is due."""
