"""The history of the schema: Alembic runs `env.py`, then what is new in `versions/`."""
