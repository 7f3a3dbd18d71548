"""Versioned JSON values that agents share: the state of all, and resources that one after the other may change."""
