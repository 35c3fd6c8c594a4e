"""A canary's words and account go every way there is; then all that is left behind is searched."""

import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from structlog.testing import capture_logs

from bot.handlers.feedback import Confidence
from bot.intake import take
from bot.models import FeedbackBox, FeedbackItem, Member, OutboxMessage
from bot.outbox.directly import Directly
from bot.services import feedback, updates
from tests.anonymity.conftest import (
    CANARY,
    NOBODY_ELSE,
    WORD,
    asked,
    boxes,
    confided,
    confiding,
)
from tests.anonymity.evidence import Evidence, grown, holds
from tests.stories.story import GROUP, Story

Way: TypeAlias = Callable[[Story], Awaitable[object]]

MARK = "update_mark_even"
ARRIVED = {MARK: 1, "feedback_box": 1}
REFUSED = {MARK: 1}
NOTHING: dict[str, int] = {}


async def writes(story: Story) -> None:
    await confided(story)


async def writes_twice(story: Story) -> None:
    await confided(story)
    await confided(story)


async def edits(story: Story) -> None:
    question = await asked(story)
    message = story.telegram.write(NOBODY_ELSE, NOBODY_ELSE, "hm", reply_to=question)
    story.telegram.edit(NOBODY_ELSE, NOBODY_ELSE, message, CANARY)
    await story.settle()


async def sends_a_picture(story: Story) -> None:
    question = await asked(story)
    story.telegram.send_voice(
        NOBODY_ELSE, NOBODY_ELSE, b"OggS" + bytes(60), seconds=3, caption=CANARY, reply_to=question
    )
    await story.settle()


async def forwards(story: Story) -> None:
    await asked(story)
    message = story.telegram.write(NOBODY_ELSE, GROUP, CANARY)
    story.telegram.forward(NOBODY_ELSE, GROUP, message, to=NOBODY_ELSE)
    await story.settle()


async def does_not_reply(story: Story) -> None:
    await asked(story)
    await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE)


async def writes_behind_the_command(story: Story) -> None:
    await story.write(NOBODY_ELSE, f"/feedback {CANARY}", chat=NOBODY_ELSE)


async def writes_in_the_group(story: Story) -> None:
    await story.write(NOBODY_ELSE, f"/feedback {CANARY}")


async def reads_the_promise(story: Story) -> None:
    await story.write(NOBODY_ELSE, "/feedback", chat=NOBODY_ELSE)
    await story.tap(NOBODY_ELSE, "📖 Read all", chat=NOBODY_ELSE)


async def shows_the_receipt(story: Story) -> None:
    await confided(story)
    await story.tap(NOBODY_ELSE, "🧾 Show the receipt", chat=NOBODY_ELSE)


async def asks_for_an_answer(story: Story) -> None:
    await story.write(NOBODY_ELSE, "/answer 12345 67890", chat=NOBODY_ELSE)


async def comes_again(story: Story) -> None:
    await confided(story)
    story.telegram.redeliver_newest()
    await story.settle()


WAYS: list[tuple[Way, dict[str, int]]] = [
    (writes, ARRIVED),
    (writes_twice, {MARK: 2, "feedback_box": 1}),
    (edits, ARRIVED),
    (sends_a_picture, NOTHING),
    (forwards, NOTHING),
    (does_not_reply, NOTHING),
    (writes_behind_the_command, NOTHING),
    (writes_in_the_group, NOTHING),
    (reads_the_promise, NOTHING),
    (shows_the_receipt, ARRIVED),
    (asks_for_an_answer, NOTHING),
    (comes_again, ARRIVED),
]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("way", "written"), WAYS, ids=[way.__name__ for way, _ in WAYS])
async def test_nothing_but_a_mark_and_a_box_is_left(
    way: Way, written: dict[str, int], evidence: Evidence
) -> None:
    async with confiding(evidence.url) as story:
        before = await evidence.rows()
        await evidence.forget_log()

        with capture_logs() as lines:
            await way(story)

        log, files, copies = evidence.log(), evidence.files(), await evidence.copies()
        assert grown(before, await evidence.rows()) == written
        assert WORD not in log + files + copies
        assert not holds(log, NOBODY_ELSE)
        assert str(NOBODY_ELSE) not in repr(lines)
        assert WORD.decode() not in repr(lines)


@pytest.mark.usefixtures("quiet")
async def test_the_log_of_postgresql_knows_of_the_two_tables_only(
    evidence: Evidence,
) -> None:
    if evidence.server is None:
        pytest.skip("SQLite's log has whole pages: see above")
    async with confiding(evidence.url) as story:
        question = await asked(story)
        evidence.sql("CHECKPOINT")
        await evidence.forget_log()

        await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        touched = evidence.touched() - {""}
        assert touched == {
            MARK,
            f"pk_{MARK}",
            "feedback_box",
            "pk_feedback_box",
            "toast of feedback_box",
        }


class Crashed(Exception):
    """What a crash at a step looks like; its text is as bad as can be."""


STEPS: list[tuple[Any, str]] = [
    (Confidence, "_sent"),
    (Confidence, "_checked"),
    (feedback, "fate"),
    (feedback, "batch"),
    (feedback, "keep"),
    (updates, "mark"),
    (feedback, "_put"),
    (Confidence, "_delete"),
    (Confidence, "_confirm"),
    (Directly, "call"),
]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("where", "step"), STEPS, ids=[step for _, step in STEPS])
async def test_a_crash_at_any_step_leaves_nothing_more_and_loses_nothing(
    where: Any,
    step: str,
    when: str,
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(take, "PAUSES", (0.0,) * len(take.PAUSES))
    crashes: list[str] = []
    original = getattr(where, step)

    async def crashing(*args: Any, **named: Any) -> Any:
        is_first = not crashes
        if is_first and when == "before":
            crashes.append(step)
            raise Crashed(CANARY, NOBODY_ELSE)
        found = await original(*args, **named)
        if is_first:
            crashes.append(step)
            raise Crashed(CANARY, NOBODY_ELSE)
        return found

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        await evidence.forget_log()
        monkeypatch.setattr(where, step, crashing)

        with capture_logs() as lines:
            await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        log, files = evidence.log(), evidence.files()
        assert crashes == [step]
        assert grown(before, await evidence.rows()) == ARRIVED
        assert WORD not in log + files
        assert not holds(log, NOBODY_ELSE)
        assert lines == []


@pytest.mark.usefixtures("quiet")
async def test_what_never_succeeds_leaves_nothing_but_a_count_without_a_moment(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "PAUSES", (0.0,) * len(take.PAUSES))

    async def crashing(*_: Any) -> None:
        raise Crashed(CANARY, NOBODY_ELSE)

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        await evidence.forget_log()
        monkeypatch.setattr(feedback, "_put", crashing)

        with capture_logs() as lines:
            await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        log, files = evidence.log(), evidence.files()
        assert story.program.toolbox.failures == {"Crashed": 1}
        story.program.toolbox.failures.clear()
        assert grown(before, await evidence.rows()) == NOTHING
        assert WORD not in log + files
        assert not holds(log, NOBODY_ELSE)
        assert lines == []


@pytest.mark.usefixtures("quiet")
async def test_after_the_release_the_words_are_in_the_item_and_nowhere_else(
    evidence: Evidence,
) -> None:
    async with confiding(evidence.url) as story:
        await confided(story)
        [box] = await story.rows(FeedbackBox)
        sealed = box.sealed[100:200]
        assert sealed in evidence.files() + evidence.log()

        with capture_logs() as lines:
            await story.travel(days=22)

        files = evidence.files()
        [item] = await story.rows(FeedbackItem)
        outbox = await story.rows(OutboxMessage)
        assert item.words == CANARY
        assert (item.group_id, item.theme, item.answer, item.answered_at) == (None, "", "", None)
        assert files.count(WORD) == 1
        assert sealed not in files
        assert not any(WORD.decode() in one.text for one in outbox)
        assert WORD.decode() not in repr(lines)
        assert str(NOBODY_ELSE) not in repr(lines)


@pytest.mark.usefixtures("quiet")
async def test_what_comes_again_after_the_release_is_no_second_item(evidence: Evidence) -> None:
    async with confiding(evidence.url) as story:
        await confided(story)
        number = story.telegram.updates.newest
        await story.travel(days=1)
        # Telegram keeps an update for a day: the release comes in between.
        async with story.program.toolbox.database.transaction() as session:
            at = await feedback.release_at(session)
            assert at is not None
            await feedback.release(session, story.program.toolbox.keys, at)
        before = await evidence.rows()

        if number is not None:
            story.telegram.redeliver(number)
        await story.settle()

        assert grown(before, await evidence.rows()) == NOTHING


# --- The same search finds what is planted -----------------------------------------------------


@pytest.mark.usefixtures("quiet")
async def test_a_row_that_remembers_who_was_seen_is_found(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = feedback._put

    async def remembering(session: Any, box_id: bytes, sealed: bytes) -> None:
        await original(session, box_id, sealed)
        member = await session.scalar(
            Member.__table__.select().where(Member.__table__.c.telegram_id == NOBODY_ELSE)  # type: ignore[attr-defined]
        )
        await session.execute(
            Member.__table__.update()  # type: ignore[attr-defined]
            .where(Member.__table__.c.id == member)  # type: ignore[attr-defined]
            .values(language="sw")
        )

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        await evidence.forget_log()
        monkeypatch.setattr(feedback, "_put", remembering)

        await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        assert grown(before, await evidence.rows()) != ARRIVED
        if evidence.server is None:
            assert holds(evidence.log(), NOBODY_ELSE)
        else:
            # Of a changed row PostgreSQL logs what changed, and where.
            assert "member" in evidence.touched()


@pytest.mark.usefixtures("quiet")
async def test_words_that_are_not_sealed_are_found(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "seal", lambda _key, one: one.text.encode() + os.urandom(16_000))

    async with confiding(evidence.url) as story:
        await evidence.forget_log()

        await confided(story)

        assert WORD in evidence.log() + evidence.files()
        assert WORD in await evidence.copies()
        assert await boxes(story) == 1
        async with story.program.toolbox.database.transaction() as session:
            await feedback._empty(session)
