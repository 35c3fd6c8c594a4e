"""Writes a migration for what changed in the tables: `python -m tools.new_migration "what"`.

The models are compared with a throw-away database that stands where the last migration leads.
"""

import sys

from alembic import command

from bot import migrations
from tools.check_migrations import empty_sqlite


def main(arguments: list[str]) -> int:
    """Write the migration; return 2 when it was not said what changes."""
    if not arguments:
        print('Say what changes, in a few words: ./dev migrate "remember the venue"')
        return 2
    with empty_sqlite() as url:
        migrations.upgrade(url)
        command.revision(migrations.config(url), message=" ".join(arguments), autogenerate=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
