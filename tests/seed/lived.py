"""How tests ask for what was lived."""

from typing import Protocol, TypeVar

from sqlmodel import SQLModel

Row = TypeVar("Row", bound=SQLModel)


class Rows(Protocol):
    """Returns all rows of a table."""

    def __call__(self, table: type[Row]) -> list[Row]: ...
