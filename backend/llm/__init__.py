"""What the providers of LLMs have in common: the protocol that each implements, and what implements parts of it."""
