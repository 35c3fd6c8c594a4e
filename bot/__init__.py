"""Baraza carries the communication of coalitions in the chat their members already use."""

__version__ = "0.1.0"
