"""A small Telegram on one machine: the Bot API over HTTP, the people who write, and a chat page.

It imports nothing else of the project; what it needs (the clock, the words of the page, what is
due) is handed in. `docs/playground.md` says what it imitates and what it does not.
"""
