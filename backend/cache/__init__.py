"""Values that may be forgotten."""
