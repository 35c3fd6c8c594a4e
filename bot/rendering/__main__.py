"""`python -m bot.rendering` compiles every template, for an image that no program may write to."""

from bot.rendering.messages import renderer

renderer().compile()
