"""Answers of LLM providers, whole or piece by piece."""
