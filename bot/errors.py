"""The root of every refusal we expect, and how a refusal finds its words."""

import re
from typing import Any


class BotError(Exception):
    """Something a person asked for was refused, for a reason we foresaw.

    A subclass stands beside the rule that it guards. Its docstring speaks to the log; the template
    `chat/errors/<name_of_the_class>.html` speaks to the person, in their language, with the
    attributes of the error as its facts.
    """

    @property
    def template(self) -> str:
        """Name the template that explains this refusal to a person."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        return f"errors/{name}.html"

    def facts(self) -> dict[str, Any]:
        """Return what the template may say about this refusal."""
        return dict(vars(self))
