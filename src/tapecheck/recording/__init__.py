"""Recording: a provider asked anew, and its cassettes replaced if all is well."""
