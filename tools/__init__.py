"""Small programs for developers and for the checks: none of them is part of the bot."""
