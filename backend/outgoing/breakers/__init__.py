"""Circuit breakers: a host that is down is left alone until it is back."""
