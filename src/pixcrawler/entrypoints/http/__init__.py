"""The REST API: decode, call, encode."""
