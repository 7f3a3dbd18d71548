"""Calls of other services: how they are made, which are refused, and what happens when they fail."""
