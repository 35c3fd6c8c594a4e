"""Updates in: an update that was acknowledged has had its effects exactly once."""
