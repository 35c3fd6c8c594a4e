"""What an attacker learns from the order of rows and from the numbers of transactions.

Every attack is tried on the product, where it must find nothing, and on a planted bug, where the
same attack must find everybody.
"""

import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.engine import make_url

from bot.database import Database
from bot.domain import feedback as feedback_rules
from bot.domain.feedback import Submission
from bot.models import Chat, FeedbackBatch, FeedbackBox, FeedbackItem, Member
from bot.services import feedback, upkeep
from tests.anonymity.conftest import confiding
from tests.anonymity.evidence import Evidence
from tests.stories.story import Story

AUTHORS = 10
SENTENCE = "words of person number {}"


def submission(author: int) -> Submission:
    return Submission(1, None, SENTENCE.format(author), bytes([author]) * 16)


async def write_all(
    story: Story,
    *,
    beside: Callable[..., Awaitable[None]] | None = None,
    first: int = 5_000_000,
) -> None:
    """Let ten people write one after the other, each in a transaction of their own."""
    database, keys = story.program.toolbox.database, story.program.toolbox.keys
    for author in range(AUTHORS):
        async with database.transaction() as session:
            await feedback.keep(session, keys, first + author, submission(author))
            if beside is not None:
                await beside(session, author)


async def release(story: Story) -> None:
    database, keys = story.program.toolbox.database, story.program.toolbox.keys
    async with database.transaction() as session:
        at = await feedback.release_at(session)
        assert at is not None
        await feedback.release(session, keys, at)
    await feedback.compact(database)


async def people(story: Story) -> list[int]:
    """Make ten people, and return their numbers."""
    async with story.program.toolbox.database.transaction() as session:
        those = [Member(telegram_id=70_000 + n, name=f"P{n}") for n in range(AUTHORS)]
        chats = [Chat(chat_id=70_000 + n) for n in range(AUTHORS)]
        session.add_all([*those, *chats])
        await session.flush()
        return [one.id or 0 for one in those]


async def stored(url: str, statement: str) -> list[Any]:
    if url.startswith("sqlite"):
        # Only read: a writer must not have to wait for us.
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            return connection.execute(statement).fetchall()
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            rows = (await connection.execute(text(statement))).all()
            await connection.rollback()
        return list(rows)
    finally:
        await database.close()


# --- xmin and xmax ------------------------------------------------------------------------------


async def joined(evidence: Evidence) -> int:
    """Count the boxes that share the number of a transaction with a row of a person."""
    rows = await stored(
        evidence.url,
        """
        SELECT count(DISTINCT box.id) FROM feedback_box box, (
            SELECT xmin::text AS number FROM member UNION SELECT xmax::text FROM member
            UNION SELECT xmin::text FROM chat UNION SELECT xmax::text FROM chat
            UNION SELECT xmin::text FROM coalition UNION SELECT xmax::text FROM coalition
            UNION SELECT xmin::text FROM membership UNION SELECT xmax::text FROM membership
        ) other WHERE other.number <> '0' AND other.number IN (box.xmin::text, box.xmax::text)
        """,
    )
    return int(rows[0][0])


@pytest.mark.usefixtures("quiet")
async def test_no_row_of_a_person_shares_a_transaction_with_a_box(
    on_postgresql: Evidence,
) -> None:
    async with confiding(on_postgresql.url) as story:
        await people(story)

        await write_all(story)

        assert await joined(on_postgresql) == 0


async def seen(session: Any, person: int, _author: int) -> None:
    await session.execute(update(Member).where(Member.id == person).values(language="sw"))  # type: ignore[arg-type]


async def locked(session: Any, _person: int, author: int) -> None:
    await session.execute(
        select(Chat).where(Chat.chat_id == 70_000 + author).with_for_update()  # type: ignore[arg-type]
    )


async def referred(session: Any, person: int, _author: int) -> None:
    await session.execute(text(f"INSERT INTO pointer VALUES ({person})"))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("bug", [seen, locked, referred], ids=lambda bug: bug.__name__)
async def test_a_planted_touch_of_the_authors_row_names_all_ten(
    bug: Callable[..., Awaitable[None]], on_postgresql: Evidence
) -> None:
    async with confiding(on_postgresql.url) as story:
        numbers = await people(story)
        # Of a row that refers to a person, the check locks that person's row.
        on_postgresql.sql("CREATE TABLE pointer (id bigint REFERENCES member (id))")

        async def beside(session: Any, author: int) -> None:
            await bug(session, numbers[author], author)

        await write_all(story, beside=beside)
        found = await joined(on_postgresql)
        on_postgresql.sql("DROP TABLE pointer")

        assert found == AUTHORS


# --- the order of rows --------------------------------------------------------------------------


def in_order(found: list[int]) -> bool:
    """Tell whether numbers rise, or fall, from the first to the last."""
    return found in (sorted(found), sorted(found, reverse=True))


def authors(words: list[str]) -> list[int]:
    return [int(one.rpartition(" ")[2]) for one in words]


@pytest.mark.usefixtures("quiet")
async def test_released_items_lie_in_no_order(evidence: Evidence) -> None:
    place = "ctid" if evidence.server else "rowid"
    async with confiding(evidence.url) as story:
        await write_all(story)

        await release(story)

        by_place = await stored(evidence.url, f"SELECT words FROM feedback_item ORDER BY {place}")
        by_id = await stored(evidence.url, "SELECT words FROM feedback_item ORDER BY id")
        # By chance it happens once in two million times.
        assert sorted(authors([one[0] for one in by_id])) == list(range(AUTHORS))
        assert not in_order(authors([one[0] for one in by_place]))
        assert not in_order(authors([one[0] for one in by_id]))


@pytest.mark.usefixtures("quiet")
async def test_without_shuffling_the_place_of_a_row_tells_the_order(
    on_postgresql: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "_shuffled", list)
    async with confiding(on_postgresql.url) as story:
        await write_all(story)

        await release(story)

        rows = await stored(on_postgresql.url, "SELECT words FROM feedback_item ORDER BY ctid")
        assert in_order(authors([one[0] for one in rows]))


@pytest.mark.usefixtures("quiet")
async def test_boxes_of_sqlite_have_no_row_numbers(sqlite_url: str) -> None:
    async with confiding(sqlite_url) as story:
        await write_all(story)
        with closing(sqlite3.connect(sqlite_url.partition("///")[2])) as connection:
            with pytest.raises(sqlite3.OperationalError, match="rowid"):
                connection.execute("SELECT rowid FROM feedback_box")
            connection.execute("CREATE TABLE planted AS SELECT 0 AS author")
            connection.execute("DELETE FROM planted")
            for author in range(AUTHORS):
                connection.execute("INSERT INTO planted VALUES (?)", (author,))
            rows = connection.execute("SELECT author FROM planted ORDER BY rowid").fetchall()
            connection.rollback()

        assert in_order([author for (author,) in rows])


@pytest.mark.usefixtures("quiet")
async def test_marks_and_boxes_of_one_after_the_other_have_no_order(evidence: Evidence) -> None:
    async with confiding(evidence.url) as story:
        before = {one[0] for one in await stored(evidence.url, "SELECT mark FROM update_mark_even")}
        found: list[tuple[int, bytes]] = []
        known = set(before)
        boxes: set[bytes] = {one.id for one in await story.rows(FeedbackBox)}
        database, keys = story.program.toolbox.database, story.program.toolbox.keys
        for author in range(AUTHORS):
            async with database.transaction() as session:
                await feedback.keep(session, keys, 5_000_000 + author, submission(author))
            marks = {
                one[0] for one in await stored(evidence.url, "SELECT mark FROM update_mark_even")
            }
            ids = {one.id for one in await story.rows(FeedbackBox)}
            found.append(((marks - known).pop(), (ids - boxes).pop()))
            known, boxes = marks, ids

        marked, ided = [mark for mark, _ in found], [box for _, box in found]
        assert not in_order(marked)
        assert ided not in (sorted(ided), sorted(ided, reverse=True))
        assert not any(5_000_000 <= mark < 5_000_000 + AUTHORS for mark in marked)


# --- a submission and a dummy -------------------------------------------------------------------


@pytest.mark.usefixtures("quiet")
async def test_a_dummy_is_written_as_a_submission_is(evidence: Evidence) -> None:
    async with confiding(evidence.url) as story:
        database, keys = story.program.toolbox.database, story.program.toolbox.keys
        shapes = []
        for is_dummy in (True, False):
            before = await evidence.rows()
            await evidence.forget_log()
            async with database.transaction() as session:
                if is_dummy:
                    await feedback.put_dummy(session, keys)
                else:
                    await feedback.keep(session, keys, 5_000_000, submission(1))
            after = await evidence.rows()
            log = len(evidence.log()) if evidence.server is None else evidence.touched() - {""}
            shapes.append(
                (
                    log,
                    {
                        name: sum(rows.values()) - sum(before.get(name, {}).values())
                        for name, rows in after.items()
                    },
                )
            )
        sizes = {(len(one.id), len(one.sealed)) for one in await story.rows(FeedbackBox)}

        (dummy_log, dummy_rows), (log, rows) = shapes
        assert rows == dummy_rows
        assert len(sizes) == 1
        if evidence.server is None:
            # A page of an index may have split meanwhile: some frames of 4 KiB.
            assert isinstance(log, int)
            assert isinstance(dummy_log, int)
            assert abs(log - dummy_log) <= 4 * 4120
        else:
            assert log == dummy_log


# --- what deleting leaves -----------------------------------------------------------------------


@pytest.mark.usefixtures("quiet")
async def test_a_release_leaves_no_sealed_byte_where_an_old_snapshot_is_open(
    on_postgresql: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deleted(session: Any) -> None:
        await session.execute(text("DELETE FROM feedback_box"))

    left: list[int] = []
    for empty in (feedback._empty, deleted):
        monkeypatch.setattr(feedback, "_empty", empty)
        async with confiding(on_postgresql.url, is_seeded=not left) as story:
            known = {one.id for one in await story.rows(FeedbackBox)}
            await write_all(story, first=5_000_000 + AUTHORS * len(left))
            rows = await story.rows(FeedbackBox)
            sealed = [one.sealed[5000:5100] for one in rows if one.id not in known]
            looking = Database(on_postgresql.url)
            async with looking.engine.connect() as old:
                await old.execution_options(isolation_level="REPEATABLE READ")
                await old.execute(text("SELECT count(*) FROM member"))
                await release(story)
                on_postgresql.sql("VACUUM")
                files = on_postgresql.files()
                await old.rollback()
            await looking.close()
            left.append(sum(part in files for part in sealed))

    assert left[0] == 0
    assert left[1] == AUTHORS


@pytest.mark.usefixtures("quiet")
async def test_a_release_leaves_no_sealed_byte_in_the_files_of_sqlite(
    sqlite_url: str, tmp_path: Any
) -> None:
    evidence = Evidence(sqlite_url, None, tmp_path)
    async with confiding(sqlite_url) as story:
        database, keys = story.program.toolbox.database, story.program.toolbox.keys
        await write_all(story)
        sealed = [one.sealed[5000:5100] for one in await story.rows(FeedbackBox)]
        async with database.transaction() as session:
            at = await feedback.release_at(session)
            assert at is not None
            await feedback.release(session, keys, at)
        uncut = evidence.files()
        await feedback.compact(database)
        cut = evidence.files()

        # The same look finds them all while the log beside the file is not cut off.
        assert sum(part in uncut for part in sealed) == AUTHORS
        assert sum(part in cut for part in sealed) == 0
        assert len(await story.rows(FeedbackItem)) == AUTHORS


FORGOTTEN = ("The borehole committee of Griftu is never asked", secrets.token_urlsafe(6000))
"""A text that lies in the table, and one that PostgreSQL puts aside (TOAST)."""
HALF_A_YEAR = timedelta(days=190)


async def released(story: Story) -> None:
    """Put words there that were released, and look at them as the planner does."""
    database = story.program.toolbox.database
    async with database.transaction() as session:
        for number, words in enumerate((*FORGOTTEN, "of this week")):
            week = story.clock.now() - (HALF_A_YEAR if number < len(FORGOTTEN) else timedelta())
            session.add(
                FeedbackItem(
                    id=number + 1,
                    coalition_id=1,
                    week=feedback_rules.week_of(week),
                    words=words,
                    receipt=bytes(16),
                )
            )
    if not database.is_sqlite:
        async with database.transaction() as session:
            await session.execute(text("ANALYZE feedback_item"))


def left_of(evidence: Evidence) -> list[bool]:
    """Tell of each text that was forgotten whether it is anywhere in the files."""
    files = evidence.files()
    return [words.encode()[:40] in files for words in FORGOTTEN]


@pytest.mark.usefixtures("quiet")
async def test_forgotten_words_are_in_no_file_once_the_table_is_rewritten(
    evidence: Evidence,
) -> None:
    async with confiding(evidence.url) as story:
        database = story.program.toolbox.database
        await released(story)
        before = left_of(evidence)
        async with database.transaction() as session:
            await upkeep.tidy(session, story.clock.now())
        only_forgotten = left_of(evidence)
        await feedback.compact(database)

        assert (before, only_forgotten) == ([True, True], [True, True])
        assert left_of(evidence) == [False, False]
        words = [item.words for item in await story.rows(FeedbackItem)]
        assert sorted(words) == ["", "", "of this week"]


@pytest.mark.usefixtures("quiet")
async def test_while_somebody_may_still_see_forgotten_words_the_rewriting_is_repeated(
    on_postgresql: Evidence,
) -> None:
    async with confiding(on_postgresql.url) as story:
        database = story.program.toolbox.database
        await released(story)
        looking = Database(on_postgresql.url)
        async with looking.engine.connect() as old:
            await old.execution_options(isolation_level="REPEATABLE READ")
            await old.execute(text("SELECT count(*) FROM member"))
            async with database.transaction() as session:
                await upkeep.tidy(session, story.clock.now())
            await feedback.compact(database)
            [batch] = await story.rows(FeedbackBatch)
            while_looking = (batch.is_compact, left_of(on_postgresql))
            await old.rollback()
        await looking.close()
        await feedback.compact(database)

        [batch] = await story.rows(FeedbackBatch)
        assert while_looking == (False, [True, True])
        assert (batch.is_compact, left_of(on_postgresql)) == (True, [False, False])


@pytest.mark.usefixtures("quiet")
async def test_who_reads_the_table_does_not_hold_up_those_who_write(
    on_postgresql: Evidence,
) -> None:
    async with confiding(on_postgresql.url) as story:
        database = story.program.toolbox.database
        await released(story)
        async with database.transaction() as session:
            await upkeep.tidy(session, story.clock.now())
        looking = Database(on_postgresql.url)
        async with looking.engine.connect() as reader:
            await reader.execute(text("SELECT count(*) FROM feedback_item"))
            # It gives way, and says so in the log.
            await feedback.compact(database)
            await reader.rollback()
        await looking.close()
        [batch] = await story.rows(FeedbackBatch)

        assert not batch.is_compact
        await feedback.compact(database)
        assert left_of(on_postgresql) == [False, False]


@pytest.mark.usefixtures("quiet")
async def test_the_planner_samples_no_words_and_would_if_it_were_let(
    on_postgresql: Evidence,
) -> None:
    async with confiding(on_postgresql.url) as story:
        await released(story)
        sampled = (
            "SELECT count(*) FROM pg_stats WHERE tablename = 'feedback_item' AND attname = 'words'"
        )
        as_it_is = on_postgresql.sql(sampled)
        on_postgresql.sql("ALTER TABLE feedback_item ALTER COLUMN words SET STATISTICS 100")
        on_postgresql.sql("ANALYZE feedback_item")

        assert (as_it_is, on_postgresql.sql(sampled)) == ("0", "1")
