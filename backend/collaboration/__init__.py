"""Agents that work on a task together: each asks its provider, and nothing that was answered is ever asked again."""
