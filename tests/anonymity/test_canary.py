"""A canary's words and account go every way there is; then all that is left behind is searched."""

import inspect
import logging
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any, TypeAlias

import pytest
import structlog

from bot.botapi.client import BotApi
from bot.handlers import feedback as confidence
from bot.handlers import feedback_said, restraint
from bot.handlers.feedback import Confidence
from bot.handlers.feedback_said import Voice
from bot.handlers.restraint import Restraint
from bot.intake import take
from bot.intake.dispatch import Dispatcher
from bot.models import FeedbackBox, FeedbackItem, Member, OutboxMessage, UpdateFailure
from bot.outbox import directly
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
    newest,
    taken_again,
)
from tests.anonymity.evidence import Evidence, everything_logged, grown, holds, says
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
    await taken_again(story, newest(story))


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

        with everything_logged() as lines:
            await way(story)

        log, files, copies = evidence.log(), evidence.files(), await evidence.copies()
        assert grown(before, await evidence.rows()) == written
        assert not says(log + files + copies, WORD)
        assert not holds(log, NOBODY_ELSE)
        # Not even that something happened.
        assert lines == []


@pytest.mark.usefixtures("quiet")
async def test_the_log_of_postgresql_knows_of_the_two_tables_only(
    on_postgresql: Evidence,
) -> None:
    # SQLite's log has whole pages: see above.
    evidence = on_postgresql
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
    (Dispatcher, "read"),
    (Confidence, "take"),
    (Voice, "stop_waiting"),
    (Confidence, "_sent"),
    (feedback, "open_until"),
    (feedback, "batch"),
    (Confidence, "_do"),
    (Confidence, "_submit"),
    (Confidence, "_known"),
    (feedback, "fate"),
    (Confidence, "_keep"),
    (Confidence, "_key"),
    (Confidence, "_checked"),
    (Restraint, "may_write"),
    (updates, "marks"),
    (updates, "mark"),
    (feedback, "seal"),
    (feedback, "_put"),
    # The commit stands between these two.
    (feedback, "keep"),
    (Restraint, "wrote"),
    (Restraint, "answered"),
    (Confidence, "_confirm"),
    (Voice, "say_instead"),
    (Directly, "call"),
    (Directly, "_is_over"),
    (Voice, "_is_deleted"),
    (BotApi, "send_message"),
]
"""What a submission comes to, in this order: before each of these, and after it, is a crash."""
WATCHED: tuple[ModuleType, ...] = (confidence, feedback_said, restraint, feedback, directly)
"""The dialogue and what it rests on: what waits in these, or counts, is a step."""
BESIDE = {"concerns", "is_release_due", "settle"}
"""What runs meanwhile and is no step: the look at every update, the ticker, what is said later."""


def crashing(original: Callable[..., Any], when: str, crashes: list[str]) -> Callable[..., Any]:
    """Return what crashes before, or after, it does for the first time what `original` does."""

    def crash(now: str) -> None:
        if not crashes and now == when:
            crashes.append(original.__name__)
            raise Crashed(CANARY, NOBODY_ELSE)

    async def waiting(*args: Any, **named: Any) -> Any:
        crash("before")
        found = await original(*args, **named)
        crash("after")
        return found

    def straight(*args: Any, **named: Any) -> Any:
        crash("before")
        found = original(*args, **named)
        crash("after")
        return found

    return waiting if inspect.iscoroutinefunction(original) else straight


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

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        await evidence.forget_log()
        monkeypatch.setattr(where, step, crashing(getattr(where, step), when, crashes))

        with everything_logged() as lines:
            sent = await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        log, files = evidence.log(), evidence.files()
        assert crashes == [step]
        assert grown(before, await evidence.rows()) == ARRIVED
        assert not says(log + files, WORD)
        assert not holds(log, NOBODY_ELSE)
        assert lines == []
        assert story.telegram.message(NOBODY_ELSE, sent) is None
        assert story.last(NOBODY_ELSE).text.startswith("🔒 ✅ It arrived.")


@contextmanager
def steps_taken() -> Iterator[set[str]]:
    """Note what runs meanwhile of the dialogue: whatever waits, and whatever counts in memory."""
    found: set[str] = set()
    files = {module.__file__ for module in WATCHED}

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code.co_filename not in files or "<locals>" in code.co_qualname:
            return
        counts = code.co_filename == restraint.__file__ and not code.co_name.startswith("_")
        if counts or code.co_flags & inspect.CO_COROUTINE:
            found.add(code.co_name)

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


@pytest.mark.usefixtures("quiet")
async def test_a_submission_has_no_step_without_a_crash(evidence: Evidence) -> None:
    async with confiding(evidence.url) as story:
        question = await asked(story)

        with steps_taken() as taken:
            await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        crashed_at = {step for _, step in STEPS}
        assert taken - BESIDE - crashed_at == set()
        assert {"take", "keep", "_put", "wrote", "_confirm", "_is_deleted"} <= taken


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("where", "step", "left"),
    [
        # Its mark says only that it is not taken when it comes again.
        (feedback, "_put", REFUSED),
        # Not even that can be noted.
        (updates, "mark", NOTHING),
        # It is sealed by then.
        (Confidence, "_confirm", ARRIVED),
    ],
    ids=["it is not sealed", "nothing is marked", "it is not confirmed"],
)
async def test_what_never_succeeds_leaves_at_most_its_mark_and_a_count_without_a_moment(
    where: Any,
    step: str,
    left: dict[str, int],
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(take, "PAUSES", (0.0,) * len(take.PAUSES))

    async def never(*_: Any, **__: Any) -> None:
        raise Crashed(CANARY, NOBODY_ELSE)

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        await evidence.forget_log()

        with monkeypatch.context() as broken, everything_logged() as lines:
            broken.setattr(where, step, never)
            await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        log, files, copies = evidence.log(), evidence.files(), await evidence.copies()
        assert story.program.toolbox.failures == {"Crashed": 1}
        story.program.toolbox.failures.clear()
        assert grown(before, await evidence.rows()) == left
        assert not says(log + files + copies, WORD)
        assert not holds(log, NOBODY_ELSE)
        assert lines == []


@pytest.mark.usefixtures("quiet")
async def test_what_was_given_up_leaves_one_mark_that_refuses_it_for_good(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "PAUSES", (0.0,) * len(take.PAUSES))

    async def never(*_: Any) -> None:
        raise Crashed(CANARY, NOBODY_ELSE)

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        if evidence.server is not None:
            evidence.sql("CHECKPOINT")
        await evidence.forget_log()
        with monkeypatch.context() as broken:
            broken.setattr(feedback, "_put", never)
            await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)
        story.program.toolbox.failures.clear()
        number = newest(story)
        after = await evidence.rows()

        # One row of one column: no moment, no account, no words, and not the update's own number.
        [row] = after[MARK] - before.get(MARK, Counter())
        async with story.program.toolbox.database.transaction() as session:
            how = await updates.marks(await session.connection(), story.program.toolbox.keys)
        assert row == repr((how.of(number, 0, is_refused=True),))
        if evidence.server is not None:
            assert evidence.touched() - {""} == {MARK, f"pk_{MARK}"}

        await taken_again(story, number)

        assert grown(after, await evidence.rows()) == NOTHING
        assert story.last(NOBODY_ELSE).text.startswith(
            "🔒 This one was not kept, as I said before."
        )


@pytest.mark.usefixtures("quiet")
async def test_after_the_release_the_words_are_in_the_item_and_nowhere_else(
    evidence: Evidence,
) -> None:
    async with confiding(evidence.url) as story:
        await confided(story)
        [box] = await story.rows(FeedbackBox)
        sealed = box.sealed[100:200]
        assert sealed in evidence.files() + evidence.log()

        with everything_logged() as lines:
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
        number = newest(story)
        await story.travel(days=1)
        # Telegram keeps an update for a day: the release comes in between.
        async with story.program.toolbox.database.transaction() as session:
            at = await feedback.release_at(session)
            assert at is not None
            await feedback.release(session, story.program.toolbox.keys, at)
        before = await evidence.rows()

        await taken_again(story, number)

        assert grown(before, await evidence.rows()) == NOTHING
        assert story.last(NOBODY_ELSE).text.startswith("🔒 ✅ It arrived.")


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


def notes_it() -> None:
    structlog.get_logger().info("feedback.kept", words=CANARY, person=NOBODY_ELSE)


def lets_a_library_warn() -> None:
    logging.getLogger("library").warning("%s was written by %s", CANARY, NOBODY_ELSE)


def lets_a_library_fail() -> None:
    # Its line is empty: what tells is the trace below it.
    logging.getLogger("library").error("failed", exc_info=Crashed(CANARY, NOBODY_ELSE))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    "bug", [notes_it, lets_a_library_warn, lets_a_library_fail], ids=lambda bug: bug.__name__
)
async def test_a_line_in_the_log_is_found(
    bug: Callable[[], None], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = feedback._put

    async def telling(session: Any, box_id: bytes, sealed: bytes) -> None:
        bug()
        await original(session, box_id, sealed)

    monkeypatch.setattr(feedback, "_put", telling)
    async with confiding(sqlite_url) as story:
        with everything_logged() as lines:
            await confided(story)

        assert WORD.decode() in repr(lines)
        assert str(NOBODY_ELSE) in repr(lines)


@pytest.mark.usefixtures("quiet")
async def test_words_that_are_not_sealed_are_found(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "seal", lambda _key, one: one.text.encode() + os.urandom(16_000))

    async with confiding(evidence.url) as story:
        await evidence.forget_log()

        await confided(story)

        assert says(evidence.log(), WORD)
        assert says(evidence.files(), WORD)
        assert says(await evidence.dump(), WORD) == (evidence.server is not None)
        # In what `baraza backup` copies there is no box at all.
        assert not says(await evidence.backup(), WORD)
        assert await boxes(story) == 1
        async with story.program.toolbox.database.transaction() as session:
            await feedback._empty(session)


@pytest.mark.usefixtures("quiet")
async def test_words_in_a_row_beside_the_box_are_found_also_in_every_copy(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = feedback.keep

    async def remembering(session: Any, keys: Any, update_id: int, submission: Any) -> Any:
        session.add(UpdateFailure(update_id=update_id, kind="message", error=submission.text))
        return await original(session, keys, update_id, submission)

    async with confiding(evidence.url) as story:
        question = await asked(story)
        before = await evidence.rows()
        await evidence.forget_log()
        monkeypatch.setattr(feedback, "keep", remembering)

        await story.write(NOBODY_ELSE, CANARY, chat=NOBODY_ELSE, reply_to=question)

        assert grown(before, await evidence.rows()) == {**ARRIVED, "update_failure": 1}
        assert says(evidence.log(), WORD)
        assert says(evidence.files(), WORD)
        assert says(await evidence.backup(), WORD)
        assert says(await evidence.dump(), WORD) == (evidence.server is not None)
