"""What makes words findable on each database; written by hand.

`findable` itself stands in 0004. SQLite gets a full-text table of trigrams, kept by triggers;
PostgreSQL an index on the trigrams of the words, which a function of ours makes: `pg_trgm` may not
be there. Both know the group too, so that a search costs what its own group has.

Revision ID: 0005
Revises: 0004
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_SQLITE = (
    """
    CREATE VIRTUAL TABLE findable_words
    USING fts5(words, place, content='', tokenize='trigram case_sensitive 1')
    """,
    """
    CREATE TRIGGER findable_written AFTER INSERT ON findable BEGIN
        INSERT INTO findable_words (rowid, words, place)
        VALUES (new.id, new.words, '<' || new.group_id || '>');
    END
    """,
    """
    CREATE TRIGGER findable_forgotten AFTER DELETE ON findable BEGIN
        INSERT INTO findable_words (findable_words, rowid, words, place)
        VALUES ('delete', old.id, old.words, '<' || old.group_id || '>');
    END
    """,
    """
    CREATE TRIGGER findable_rewritten AFTER UPDATE ON findable BEGIN
        INSERT INTO findable_words (findable_words, rowid, words, place)
        VALUES ('delete', old.id, old.words, '<' || old.group_id || '>');
        INSERT INTO findable_words (rowid, words, place)
        VALUES (new.id, new.words, '<' || new.group_id || '>');
    END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION findable_trigrams(place bigint, words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_agg(DISTINCT part) FROM (
            SELECT substr(words, at, 3) AS part FROM generate_series(1, length(words) - 2) AS at
            UNION ALL SELECT '<' || place::text || '>'
        ) AS parts
    $$
    """,
    "CREATE INDEX findable_words ON findable USING gin (findable_trigrams(group_id, words))",
)


def upgrade() -> None:
    """Go one step forward."""
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(statement)
    _find_what_is_there(connection)


def downgrade() -> None:
    """Go one step back."""
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("written", "forgotten", "rewritten"):
            op.execute(f"DROP TRIGGER findable_{trigger}")
        op.execute("DROP TABLE findable_words")
    else:
        op.execute("DROP INDEX findable_words")
        op.execute("DROP FUNCTION findable_trigrams(bigint, text)")


def _find_what_is_there(connection: sa.Connection) -> None:
    """Let the titles be found that stood on agendas before; meetings were not written down yet."""
    items = connection.execute(
        sa.text("SELECT id, group_id, title FROM agenda_item WHERE NOT is_routine ORDER BY id")
    )
    rows = [
        {"item_id": row.id, "group_id": row.group_id, "words": words}
        for row in items
        if (words := _folded(row.title))
    ]
    if rows:
        connection.execute(
            sa.text(
                "INSERT INTO findable (group_id, kind, words, item_id)"
                " VALUES (:group_id, 'item', :words, :item_id)"
            ),
            rows,
        )


def _folded(title: str) -> str:
    """Fold as the program did when this was written, but for the forms of Arabic letters."""
    bare = unicodedata.normalize("NFKD", title).casefold()
    kept = (
        letter if unicodedata.category(letter)[0] in "LMN" else " "
        for letter in bare
        if not "\u0300" <= letter <= "\u036f"
    )
    words = unicodedata.normalize("NFC", "".join(kept)).split()
    return f" {' '.join(words)} " if words else ""
