"""A file for each source of deliveries; it is registered by being here."""
