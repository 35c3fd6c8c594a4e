"""How fast the bot is, and how much memory it takes: `./dev bench` (see docs/performance.md).

The real program runs in a process of its own, against the playground's small Telegram over HTTP on
this machine. It is measured, not judged: a slow machine fails nothing. Work that was not done right
does.
"""
