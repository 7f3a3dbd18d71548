"""Contract testing for the APIs you do not control."""

__version__ = "0.1.0"
