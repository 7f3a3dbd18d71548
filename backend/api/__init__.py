"""What all endpoints share: models, errors, keys, and the OpenAPI document."""
