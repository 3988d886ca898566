"""Counting requests: for all processes together in Redis, or for one process alone."""
