"""Sends data on to the configured upstream, and processes what it answers."""
