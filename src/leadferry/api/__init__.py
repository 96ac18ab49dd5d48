"""The REST API, for scripts: one token, one environment, JSON."""
