"""Webhooks: what other services deliver to this one."""
