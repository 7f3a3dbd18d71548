"""What becomes of stored deliveries: handlers, attempts, retries, dead letters, replay, quarantine."""
