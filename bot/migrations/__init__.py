"""The history of the tables (Alembic). Tests build their databases with it, too."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def config(url: str) -> Config:
    """Return Alembic's configuration for the database at `url`."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    # An attribute, not an option: a '%' in a password would be taken for interpolation.
    configuration.attributes["url"] = url
    return configuration


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest state; nothing happens if it is there already.

    It runs an event loop of its own: call it from a thread when one is running.
    """
    command.upgrade(config(url), "head")
