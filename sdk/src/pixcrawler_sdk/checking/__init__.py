"""Holding a dataset against its checksums, its manifest and its statistics."""
