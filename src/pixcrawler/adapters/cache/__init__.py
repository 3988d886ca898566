"""Caches: on Redis, and one that keeps nothing."""
