"""Several processes under one terminal: kept alive, read, and ended together."""
