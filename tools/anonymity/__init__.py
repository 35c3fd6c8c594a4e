"""How well feedback in confidence hides who wrote it, measured by attacking simulated months."""
