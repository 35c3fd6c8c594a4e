"""What the playground promises of the three months that its people have lived."""

import re
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import budget
from bot.domain.meetings import State
from bot.domain.minutes import MinutesState
from bot.domain.notebook import EntryKind
from bot.domain.reminders import PrivateKind
from bot.models import (
    CalendarEntry,
    Chat,
    Entry,
    Group,
    Meeting,
    Member,
    Minutes,
    Mute,
    Occasion,
    OccasionState,
    Organisation,
    OutboxMessage,
    OutboxState,
    Presence,
    Proposal,
    Reply,
    ReplyFor,
    Series,
    Sitting,
    UpdateFailure,
)
from bot.models.meetings import ProposalState
from bot.playground.telegram import FakeTelegram
from bot.seed import history
from bot.seed.people import GROUP_CHAT, HALIMA, TOKEN, WHOLE, ZONE
from tests.seed.lived import Rows


def test_there_are_three_counties_a_secretariat_and_a_dozen_organisations(
    rows: Rows,
) -> None:
    groups = {group.name: group.languages for group in rows(Group)}
    entries = Counter(entry.group_id for entry in rows(CalendarEntry))

    assert groups == {
        "Wajir": ["en", "sw"],
        "Turkana": ["sw", "en"],
        "Garissa": ["so", "sw", "en"],
        "National secretariat": ["en"],
    }
    assert 12 <= len(rows(Organisation)) <= 15
    # Friday prayer, as after /setup.
    assert all(entries[group.id or 0] for group in rows(Group))


def test_every_group_has_met_for_months_and_meets_again(rows: Rows, now: datetime) -> None:
    meetings = rows(Meeting)

    for group in rows(Group):
        own = [one for one in meetings if one.group_id == group.id and one.state is State.PLANNED]
        held = [one for one in own if one.ends_at < now]
        assert len(held) >= 1 + (group.name != "Garissa")
        assert any(one.starts_at > now for one in own)
        answered = {reply.meeting_id for reply in rows(Reply)}
        assert {one.id for one in held} <= answered
    oldest = min(one.starts_at for one in meetings)
    assert timedelta(days=55) < now - oldest < timedelta(days=history.DAYS)
    assert len(rows(Series)) == 4


def test_what_was_held_was_written_down_and_its_minutes_are_out(rows: Rows, now: datetime) -> None:
    held = {
        one.id
        for one in rows(Meeting)
        if one.ends_at < now - timedelta(days=2) and one.state is State.PLANNED
    }

    assert held <= {one.meeting_id for one in rows(Sitting)}
    published = {one.meeting_id for one in rows(Minutes) if one.state is not MinutesState.DRAFT}
    assert held <= published
    assert {entry.kind for entry in rows(Entry)} == set(EntryKind)
    for meeting_id in held:
        assert sum(one.meeting_id == meeting_id for one in rows(Presence)) >= 5
        assert sum(one.meeting_id == meeting_id for one in rows(Entry)) >= 2


def test_something_was_moved_cancelled_muted_and_answered_for_others(
    rows: Rows,
) -> None:
    cancelled = [one for one in rows(Meeting) if one.state is State.CANCELLED]

    assert any(one.moved_from for one in rows(Meeting))
    assert len(cancelled) >= 2
    assert len(rows(Mute)) == 1
    assert rows(ReplyFor) != []


def test_nothing_failed_and_nothing_is_left_undone(
    rows: Rows, telegram: FakeTelegram, now: datetime
) -> None:
    outbox = {message.state for message in rows(OutboxMessage)}
    overdue = [
        one.key
        for one in rows(Occasion)
        if one.state is OccasionState.WAITING and one.due_at <= now
    ]

    assert outbox <= {OutboxState.DELIVERED, OutboxState.WITHDRAWN}
    assert overdue == []
    assert not any(one.state is OccasionState.SKIPPED for one in rows(Occasion))
    assert rows(UpdateFailure) == []
    assert len(telegram.updates) == 0


def test_telegram_never_had_to_slow_the_bot_down(rows: Rows) -> None:
    # After a refusal (429) a chat is paused.
    assert [one for one in rows(Chat) if one.paused_until or one.is_closed] == []


def test_all_that_people_wanted_to_do_was_possible_and_was_understood(
    telegram: FakeTelegram, now: datetime
) -> None:
    people = {person.id for person in WHOLE.people}
    chats = {chat.id for person in people for chat in telegram.chats_of(person)}
    written = [
        message
        for chat in chats
        for message in telegram.messages(chat)
        if message.author_id in people
    ]
    taps = [call for call in telegram.outgoing_log if call.method == "answerCallbackQuery"]

    # What was written in confidence arrived: the bot has taken it out of the chat.
    taken = [call for call in telegram.outgoing_log if call.method == "deleteMessage"]

    assert len(taken) > 5
    assert len(written) + len(taken) + len(taps) == len(list(history.acts(now)))
    in_groups = [message for message in written if message.chat_id < 0 and message.reply_to]
    answers = [message for message in in_groups if not re.match(r"\d", message.text)]
    assert len(answers) > 20
    assert [message.text for message in answers if not message.reactions] == []


def test_nobody_heard_more_than_the_budget_allows(rows: Rows) -> None:
    zone = ZoneInfo(ZONE)
    promised = {one.key for one in rows(Occasion) if one.kind == PrivateKind.PLACE}
    weeks: Counter[tuple[int, datetime]] = Counter(
        (message.chat_id, budget.week_of(message.unasked_at.astimezone(zone))[0])
        for message in rows(OutboxMessage)
        if message.unasked_at
        and not message.is_silent
        and message.state is OutboxState.DELIVERED
        and message.occasion_key not in promised
    )

    assert weeks
    for (chat_id, _), count in weeks.items():
        assert count <= (budget.IN_A_MEETING_WEEK if chat_id < 0 else budget.IN_PRIVATE)


def test_in_wajir_the_next_meeting_is_far_enough_for_a_visitor_to_plan_one(
    rows: Rows, now: datetime
) -> None:
    [wajir] = [group for group in rows(Group) if group.chat_id == GROUP_CHAT]
    ahead = [
        one.starts_at - now
        for one in rows(Meeting)
        if one.group_id == wajir.id and one.starts_at > now
    ]

    assert timedelta(days=13) < min(ahead) < timedelta(days=28)
    assert not any(one.state is ProposalState.OPEN for one in rows(Proposal))


def test_nothing_names_anybody_or_anything_outside_the_seed(
    rows: Rows, telegram: FakeTelegram
) -> None:
    invented = {person.name for person in WHOLE.people}
    said = [
        message.text
        for person in WHOLE.people
        for chat in telegram.chats_of(person.id)
        for message in telegram.messages(chat.id)
    ]

    assert {member.name for member in rows(Member)} < invented
    assert HALIMA.name in invented
    for text in said:
        # No number to call, no address, no secret.
        assert not re.search(r"\d{6}|@|https?:|\+254", text), text
        assert TOKEN not in text


def test_what_is_old_was_read_by_everybody(telegram: FakeTelegram) -> None:
    # What came in the last day is new to people: at most what one busy day brings.
    assert telegram.unread(HALIMA.id, GROUP_CHAT) < 10
