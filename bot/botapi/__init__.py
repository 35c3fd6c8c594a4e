"""The HTTP client of the Bot API, and what its errors mean to us."""
