"""Messages out: decided and written down in one transaction, delivered right after it."""
