"""A shop, which the cases test."""
