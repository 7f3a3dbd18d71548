"""Notifications: one process tells the others, through PostgreSQL, that something they wait for may have changed."""
