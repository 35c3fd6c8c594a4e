"""Use cases: one verb, one function, read from top to bottom: load, decide, change, post."""
