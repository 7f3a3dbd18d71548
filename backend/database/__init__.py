"""The connection to PostgreSQL, what its failures mean, and the history of the schema."""
