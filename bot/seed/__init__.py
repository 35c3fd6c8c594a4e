"""What the playground begins with: a partnership, and three months that it has lived."""
