"""Stories of what members write in confidence, and what is left of it: mark and box, nothing else.

How words that are no reply to the question are kept from every other path stands in
`test_feedback_apart.py`.
"""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.feedback import FeedbackState, Submission
from bot.domain.roles import Role
from bot.handlers import feedback as handlers
from bot.intake import take
from bot.keys import KeyRing
from bot.models import (
    Coalition,
    FeedbackBox,
    FeedbackItem,
    Group,
    Member,
    Membership,
)
from bot.playground.faults import Fault, FaultKind
from bot.playground.state import Message
from bot.services import feedback as services
from bot.services.feedback import Fate
from tests.confidence import NOTHING, REFUSED, TAKEN, changes, contents, heard, tables_with
from tests.playground.files import png, wav
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    as_read,
    shown,
    told,
)

WORDS = "The lead decides everything alone"
CONTACT = "Mama Zawadi, 0700 000 000"
HEADING = (
    "🔒 Feedback without your name, to the coordination team of Partnership for Drought Resilience"
)
PAUSED = (
    "🔒 The coordination team has paused feedback without a name. Nothing was kept. Please try "
    "again in some days."
)
INVITED = "🔒 Tell the coordination team something, without your name"
DANGER = f"⚠️ Danger, or somebody hurt? Do not wait: {CONTACT}"


async def open_channel(story: Story) -> None:
    """Open the channel, with an independent contact."""
    await set_channel(story, FeedbackState.OPEN)
    for person in (AMINA, PETER, LEAD, IBRAHIM):
        await story.write(person, "/start", chat=person)
        await story.write(person, "/language en", chat=person)


async def set_channel(story: Story, state: FeedbackState) -> None:
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(update(Coalition).values(feedback=state, contact=CONTACT))


async def ask(story: Story, person: int, button: str = "✍️ Write") -> int:
    """Let somebody ask for the question, and return it."""
    await story.write(person, "/feedback", chat=person)
    await story.travel(seconds=5)
    await story.tap(person, button, chat=person)
    await story.travel(seconds=5)
    return story.last(person).id


async def confide(story: Story, person: int, words: str) -> int:
    """Let somebody write in confidence; return the message in which they did."""
    return await story.write(person, words, chat=person, reply_to=await ask(story, person))


def heard_last(story: Story, person: int) -> str:
    """Return what the bot said last in private, up to the independent contact."""
    return as_read(story.last(person).html).removesuffix(DANGER).strip()


async def again(story: Story, update_id: int) -> None:
    """Deliver an update once more."""
    given = story.telegram.updates._given
    await story.program.intake.take([one.as_update() for one in given if one.id == update_id])
    await story.settle()


def newest(story: Story) -> int:
    """Return the number of the newest update."""
    number = story.telegram.updates.newest
    assert number is not None
    return number


def first_line(message: Message) -> str:
    return as_read(message.html).partition("\n")[0]


@pytest.fixture(autouse=True)
def _without_dummies(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever is counted here was written by somebody.
    monkeypatch.setattr(services, "next_dummy", lambda now: now + timedelta(days=1000))
    monkeypatch.setattr(services, "FOLLOWS", 0.0)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, open_channel) as story:
        story.program.intake.confidence.be_sure()
        yield story


# --- What is written, and what is left of it ------------------------------------------------------


async def test_words_are_sealed_released_and_read(story: Story) -> None:
    message = await confide(story, AMINA, WORDS)
    boxes = await story.rows(FeedbackBox)
    gone = story.telegram.message(AMINA, message)
    await story.travel(days=30)
    items = await story.rows(FeedbackItem)

    assert gone is None
    assert len(boxes) == 1
    assert [item.words for item in items] == [WORDS]


async def test_the_promise_the_question_and_the_confirmation_say_what_is_true(
    story: Story,
) -> None:
    await confide(story, AMINA, WORDS)

    promise, question, arrived = story.from_bot(AMINA)[-3:]
    assert as_read(promise.html) == (
        "🔒 Feedback without your name, to the coordination team of Partnership for Drought "
        "Resilience\n\n"
        "We keep your words, the week, and your group if you choose to name it. We do not keep "
        "your name, your number or the time. It is read on Sun 29 Nov or later, mixed with what "
        "others wrote, if anybody did.\n\n"
        "Telegram and this bot see it arrive. Your way of writing, or details that few know, may "
        f"show who you are.\n\n{DANGER}"
    )
    assert as_read(question.html) == (
        "🔒 To the coordination team: write it as a reply to this message.\n\n"
        f"In one message, words only. It is read on Sun 29 Nov or later.\n\n{DANGER}"
    )
    assert as_read(arrived.html) == (
        "🔒 ✅ It arrived. It is read on Sun 29 Nov or later. I have removed your message from "
        "this chat.\n\n"
        "Would you like to fetch an answer later? Then look at the receipt once, and write its "
        f"number down.\n\n{DANGER}"
    )


async def test_a_whole_dialogue_leaves_a_mark_and_a_box_and_no_line_anywhere(story: Story) -> None:
    before = await contents(story.program.toolbox.database)
    with heard() as lines:
        await confide(story, AMINA, WORDS)
        await story.tap(AMINA, "🧾", chat=AMINA)
        receipt = as_read(story.last(AMINA).html).partition(": ")[2][:11]
        await story.tap(AMINA, "🙈", chat=AMINA)
        await story.write(AMINA, f"/answer {receipt}", chat=AMINA)
    after = await contents(story.program.toolbox.database)

    assert changes(before, after) == TAKEN
    assert tables_with(WORDS, after) == set()
    assert [line for line in lines if WORDS in line or str(AMINA) in line] == []
    # What goes on all the time, whether somebody writes or not: calls of Telegram, and ticks.
    usual = ("GET /", "POST /", "Ticker.")
    assert [line for line in lines if not any(word in line for word in usual)] == []


async def test_about_ones_group_is_offered_from_eight_people_on_with_their_number(
    story: Story,
) -> None:
    question = await ask(story, AMINA, "✍️ About Wajir")
    asked = as_read(story.message(question, AMINA).html)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)
    await story.travel(days=30)

    assert asked.startswith(
        "🔒 About Wajir: write it as a reply to this message. About 16 people could have written "
        "this."
    )
    (group,) = await story.rows(Group)
    assert [item.group_id for item in await story.rows(FeedbackItem)] == [group.id]


async def test_a_group_that_shrank_is_not_named(story: Story) -> None:
    question = await ask(story, AMINA, "✍️ About Wajir")
    async with story.program.toolbox.database.transaction() as session:
        others = select(col(Member.id)).where(col(Member.telegram_id).not_in((AMINA, LEAD)))
        await session.execute(delete(Membership).where(col(Membership.member_id).in_(others)))
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)
    await story.write(AMINA, "/feedback", chat=AMINA)
    offered = [button.text for row in story.last(AMINA).buttons for button in row]
    await story.travel(days=30)

    assert offered == ["✍️ Write", "📖 Read all"]
    assert [item.group_id for item in await story.rows(FeedbackItem)] == [None]


async def test_whoever_has_read_all_writes_from_there(story: Story) -> None:
    await story.write(AMINA, "/feedback", chat=AMINA)
    await story.travel(seconds=5)
    await story.tap(AMINA, "📖 Read all", chat=AMINA)

    assert shown(story.last(AMINA)).buttons == [["✍️ Write"], ["✍️ About Wajir"]]


async def test_4096_emoji_fit_and_come_out_whole(story: Story) -> None:
    question = await ask(story, AMINA)
    sent = story.telegram.write(AMINA, AMINA, "🐐", reply_to=question)
    story.telegram.updates.clear()
    shape = story.telegram.message_object(story.message(sent, AMINA))
    story.telegram.push_raw({"message": shape | {"text": "🐐" * 4096}})
    await story.settle()
    await story.travel(days=30)

    assert [item.words for item in await story.rows(FeedbackItem)] == ["🐐" * 4096]


# --- Refused --------------------------------------------------------------------------------------


async def test_a_picture_a_voice_a_file_and_a_sticker_are_kindly_declined(story: Story) -> None:
    question = await ask(story, AMINA)
    send = story.telegram
    before = await contents(story.program.toolbox.database)
    said = []
    ways: tuple[Callable[[], int], ...] = (
        lambda: send.send_photo(AMINA, AMINA, png(), caption=WORDS, reply_to=question),
        lambda: send.send_voice(AMINA, AMINA, wav(), seconds=2, reply_to=question),
        lambda: send.send_document(AMINA, AMINA, b"file", name="a.pdf", reply_to=question),
        lambda: send.send_sticker(AMINA, AMINA, "👍", reply_to=question),
    )
    for way in ways:
        way()
        await story.settle()
        said.append(heard_last(story, AMINA))

    declined = (
        "🔒 Only words, please: a picture, a voice or a file shows who you are. Nothing was kept. "
        "Write it as a reply to my question."
    )
    assert said == [declined] * 4
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_an_album_is_declined_once(story: Story) -> None:
    question = await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)
    said = len(story.from_bot(AMINA))
    for _ in range(3):
        sent = story.telegram.send_photo(AMINA, AMINA, png(), reply_to=question)
        story.telegram.updates.clear()
        shape = story.telegram.message_object(story.message(sent, AMINA))
        story.telegram.push_raw({"message": shape | {"media_group_id": "7"}})
        await story.settle()

    assert len(story.from_bot(AMINA)) == said + 1
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_a_change_of_what_was_sent_is_not_taken(story: Story) -> None:
    question = await ask(story, AMINA)
    sent = story.telegram.send_sticker(AMINA, AMINA, "👍", reply_to=question)
    await story.settle()
    before = await contents(story.program.toolbox.database)
    shape = story.telegram.message_object(story.message(sent, AMINA))
    shape.pop("sticker")
    story.telegram.push_raw({"edited_message": shape | {"text": WORDS}})
    await story.settle()

    assert heard_last(story, AMINA) == (
        "🔒 I cannot change what was sent before, and have kept nothing of the change. To add "
        "something write /feedback again."
    )
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_a_reply_to_the_question_of_an_earlier_week_is_not_kept(story: Story) -> None:
    question = await ask(story, AMINA)
    await story.travel(days=7)
    before = await contents(story.program.toolbox.database)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)

    assert heard_last(story, AMINA) == (
        "🔒 This question is from an earlier week. Nothing was kept. Please copy your words, write "
        "/feedback, and send them as a reply to the new question."
    )
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_of_ten_in_an_hour_two_are_kept_and_the_others_stay_refused(story: Story) -> None:
    # One in ten minutes, and three a day.
    question = await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)
    said = []
    for number in range(10):
        await story.write(AMINA, f"{WORDS} {number}", chat=AMINA, reply_to=question)
        said.append(heard_last(story, AMINA).partition(".")[0])
        story.clock.set(story.clock.now() + timedelta(minutes=6))
    await again(story, newest(story))

    arrived, refused = "🔒 ✅ It arrived", "🔒 This one was not kept"
    assert said == [arrived, refused] * 3 + [refused] * 4
    assert heard_last(story, AMINA) == (
        "🔒 This one was not kept, as I said before. Please copy your words, write /feedback, and "
        "send them again."
    )
    after = await contents(story.program.toolbox.database)
    assert changes(before, after) == {"update_mark": (10, 0), "feedback_box": (3, 0)}
    assert tables_with(WORDS, after) == set()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            FeedbackState.PAUSED,
            PAUSED,
        ),
        (
            FeedbackState.CLOSED,
            "🔒 Feedback without a name is not open in this partnership. Nothing was kept.",
        ),
    ],
)
async def test_what_comes_after_the_channel_was_shut_stays_refused_once_it_is_open_again(
    story: Story, state: FeedbackState, expected: str
) -> None:
    question = await ask(story, AMINA)
    await set_channel(story, state)
    before = await contents(story.program.toolbox.database)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)
    sent, refused = newest(story), heard_last(story, AMINA)
    after = await contents(story.program.toolbox.database)
    await story.write(AMINA, "/feedback", chat=AMINA)
    offered = heard_last(story, AMINA)

    await set_channel(story, FeedbackState.OPEN)
    await again(story, sent)

    assert (refused, offered) == (expected, expected)
    assert changes(before, after) == REFUSED
    assert heard_last(story, AMINA).startswith("🔒 This one was not kept, as I said before.")
    assert await story.rows(FeedbackBox) == []


async def test_who_left_the_coalition_meanwhile_is_refused_and_stays_so(story: Story) -> None:
    question = await ask(story, AMINA)
    async with story.program.toolbox.database.transaction() as session:
        amina = select(col(Member.id)).where(col(Member.telegram_id) == AMINA)
        await session.execute(delete(Membership).where(col(Membership.member_id).in_(amina)))
    before = await contents(story.program.toolbox.database)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)

    assert heard_last(story, AMINA) == (
        "🔒 Feedback without a name is for members of a group. Ask a lead of your group to confirm "
        "you. Nothing was kept."
    )
    assert changes(before, await contents(story.program.toolbox.database)) == REFUSED


async def test_a_stranger_and_who_waits_to_be_confirmed_are_told_whom_it_is_for(
    story: Story,
) -> None:
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(
            update(Membership)
            .where(col(Membership.member_id) == col(Member.id), col(Member.telegram_id) == PETER)
            .values(is_confirmed=False)
        )
    before = await contents(story.program.toolbox.database)
    said = []
    for person in (STRANGER, PETER):
        await story.write(person, "/feedback", chat=person)
        said.append(heard_last(story, person).partition(".")[0])

    assert said == ["🔒 Feedback without a name is for members of a group"] * 2
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_an_office_phone_a_lead_and_the_coordination_may_write(story: Story) -> None:
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(
            update(Membership)
            .where(col(Membership.member_id) == col(Member.id), col(Member.telegram_id) == IBRAHIM)
            .values(is_office=True)
        )
    before = await contents(story.program.toolbox.database)
    for person in (IBRAHIM, LEAD, COORDINATOR):
        await confide(story, person, WORDS)

    after = await contents(story.program.toolbox.database)
    assert changes(before, after) == {"update_mark": (3, 0), "feedback_box": (3, 0)}


async def belong_to_another(story: Story, state: FeedbackState, contact: str) -> None:
    """Let Amina belong to another coalition, too."""

    async def found(session: AsyncSession) -> None:
        other = Coalition(name="Clean Air", feedback=state, contact=contact)
        session.add(other)
        await session.flush()
        group = Group(
            coalition_id=other.id or 0,
            name="Hanoi",
            zone="Asia/Ho_Chi_Minh",
            languages=["en"],
            chat_id=-4900,
        )
        session.add(group)
        await session.flush()
        amina = await session.scalar(select(col(Member.id)).where(col(Member.telegram_id) == AMINA))
        place = Membership(
            group_id=group.id or 0, member_id=amina or 0, role=Role.MEMBER, is_confirmed=True
        )
        session.add(place)

    await story.program.toolbox.database.run(found)


async def test_in_two_coalitions_each_has_its_own_promise_and_gets_its_own_words(
    story: Story,
) -> None:
    await belong_to_another(story, FeedbackState.OPEN, "Dr Ngo")
    await story.write(AMINA, "/feedback", chat=AMINA)
    promises = [first_line(one) for one in story.from_bot(AMINA)[-2:]]
    air = story.from_bot(AMINA)[-2].id
    await story.tap(AMINA, "✍️", chat=AMINA, message=air)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=story.last(AMINA).id)
    await story.travel(days=30)

    assert promises == [
        "🔒 Feedback without your name, to the coordination team of Clean Air",
        HEADING,
    ]
    coalitions = {one.id: one.name for one in await story.rows(Coalition)}
    items = await story.rows(FeedbackItem)
    assert [coalitions[item.coalition_id] for item in items] == ["Clean Air"]


@pytest.mark.parametrize("contact", ["", "Dr Ngo"])
async def test_the_contact_is_that_of_a_coalition_whose_channel_is_open(
    story: Story, contact: str
) -> None:
    await belong_to_another(story, FeedbackState.CLOSED, contact)
    ends = []
    for sent in (f"/feedback {WORDS}", WORDS):
        await story.write(AMINA, sent, chat=AMINA)
        ends.append(as_read(story.last(AMINA).html).splitlines()[-1])

    assert ends == [DANGER, DANGER]


# --- Receipts, and answers ------------------------------------------------------------------------


async def test_a_receipt_is_shown_as_often_as_it_is_asked_for_and_fetches_the_answer(
    story: Story,
) -> None:
    await confide(story, AMINA, WORDS)
    shown = []
    for _ in range(2):
        await story.tap(AMINA, "🧾", chat=AMINA)
        shown.append(as_read(story.last(AMINA).html).partition(": ")[2][:11])
        await story.tap(AMINA, "🙈", chat=AMINA)
    left = [as_read(one.html) for one in story.from_bot(AMINA) if shown[0] in one.text]
    await story.write(AMINA, f"/answer {shown[0]}", chat=AMINA)
    early = heard_last(story, AMINA)
    await story.travel(days=30)
    await story.write(AMINA, f"/answer {shown[0]}", chat=AMINA)
    unanswered = heard_last(story, AMINA)
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(update(FeedbackItem).values(answer="The deputy will chair in turn"))
    # Whoever has the number may ask, from any phone.
    await story.write(STRANGER, f"/answer {shown[0].replace(' ', '-')}", chat=STRANGER)

    assert shown[0] == shown[1]
    assert left == []
    assert early.startswith("🔒 There is nothing to this number yet.")
    assert unanswered.startswith("🔒 It was released in the week of Mon 7 Dec 2026")
    assert heard_last(story, STRANGER) == (
        "🔒 The coordination team answers to what came in the week of Mon 7 Dec 2026:\n\n"
        "The deputy will chair in turn\n\n"
        "I have removed your message with the number from this chat."
    )


async def test_a_receipt_is_shown_to_nobody_else_and_not_after_the_release(story: Story) -> None:
    await confide(story, AMINA, WORDS)
    data = story.data_of(story.last(AMINA, with_button="🧾"), "🧾")
    await story.write(PETER, "/feedback", chat=PETER)
    before = await contents(story.program.toolbox.database)
    await story.forge(PETER, data, chat=PETER)
    to_another = heard_last(story, PETER)
    after = await contents(story.program.toolbox.database)
    await story.travel(days=7)
    await story.tap(AMINA, "🧾", chat=AMINA)

    gone = (
        "🔒 This receipt cannot be shown any more: the key that it was made with has been "
        "destroyed."
    )
    assert (to_another, heard_last(story, AMINA)) == (gone, gone)
    assert changes(before, after) == NOTHING


async def test_a_button_of_this_dialogue_does_nothing_in_a_group(story: Story) -> None:
    await story.write(LEAD, "/when")
    said = story.said()
    before = await contents(story.program.toolbox.database)
    for data in ("confide:1:0", "confide-all:1", "receipt:1:ab", "receipt-hide"):
        assert await story.forge(AMINA, data) == ""

    assert story.said() == said
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_a_mistyped_receipt_is_told_by_its_check_digit_ten_times_a_day(
    story: Story,
) -> None:
    before = await contents(story.program.toolbox.database)
    said = []
    for typed in ("", "12345 67890", "123", *["1234567899"] * 9):
        await story.write(AMINA, f"/answer {typed}", chat=AMINA)
        said.append(heard_last(story, AMINA).partition(".")[0])
    story.clock.set(story.clock.now() + timedelta(days=1))
    await story.write(AMINA, "/answer 123", chat=AMINA)

    wrong = "🔒 This cannot be a receipt: a digit is missing or wrong"
    assert said == [
        "🔒 Write the ten digits of your receipt behind it, for example /answer 12345 67894",
        *[wrong] * 10,
        "🔒 These were too many wrong numbers for one day",
    ]
    assert heard_last(story, AMINA).startswith(wrong)
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_a_receipt_alone_is_fetched_and_never_taken_for_anything_else(story: Story) -> None:
    await story.write(AMINA, "/answer", chat=AMINA)
    before = await contents(story.program.toolbox.database)
    said = []
    for typed, person in (("12345 67894", AMINA), ("1234567894", PETER)):
        await story.write(person, typed, chat=person)
        said.append(heard_last(story, person).partition(".")[0])

    assert said == ["🔒 There is nothing to this number yet"] * 2
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


# --- The invitation -------------------------------------------------------------------------------


async def test_below_minutes_everybody_is_told_once_a_month_how_to_write(story: Story) -> None:
    invited = []
    for month, day in ((11, 24), (11, 26), (12, 8), (12, 22)):
        await hold(story, datetime(2026, month, day, 8, 0, tzinfo=UTC))
        invited.append(INVITED in shown(minutes_out(story)).open)
    # Whatever becomes of the minutes later, the line stays.
    first = next(one.id for one in story.from_bot() if INVITED in as_read(one.html))
    await story.travel(days=14)
    links = {
        entity.url
        for entity in story.message(first).entities
        if entity.url is not None and "start=" in entity.url
    }

    assert invited == [True, False, False, True]
    assert shown(story.message(first)).open.startswith("✅ Confirmed")
    assert shown(story.message(first)).open.endswith(INVITED)
    assert links == {"https://t.me/BarazaPlayBot?start=feedback"}


async def test_where_the_channel_is_not_open_nobody_is_invited_to_it(story: Story) -> None:
    await set_channel(story, FeedbackState.PAUSED)
    await hold(story, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))

    assert INVITED not in shown(minutes_out(story)).open


async def hold(story: Story, at: datetime) -> None:
    """Hold a meeting and approve its minutes."""
    await story.write(LEAD, f"/meeting {at.day} {at:%b} {at.hour + 3}:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(at + timedelta(minutes=3))
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/agreed We meet twice a month")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)


def minutes_out(story: Story) -> Message:
    """Return the minutes that came out last."""
    return next(one for one in reversed(story.from_bot()) if "📄" in one.text)


# --- What goes wrong ------------------------------------------------------------------------------


async def test_a_redelivered_submission_is_confirmed_again_and_kept_once(story: Story) -> None:
    before = await contents(story.program.toolbox.database)
    await confide(story, AMINA, WORDS)
    for _ in range(2):
        await again(story, newest(story))
    said = [first_line(one) for one in story.from_bot(AMINA)[-3:]]
    after = await contents(story.program.toolbox.database)
    sent = newest(story)
    await story.travel(days=7)
    await again(story, sent)

    assert [one.partition(".")[0] for one in said] == ["🔒 ✅ It arrived"] * 3
    assert changes(before, after) == TAKEN
    assert heard_last(story, AMINA).startswith("🔒 ✅ It arrived. I could not remove")
    assert story.last(AMINA).buttons == []
    assert await story.rows(FeedbackBox) == [] or await story.rows(FeedbackItem) == []


async def test_updates_in_reverse_order_are_both_understood(story: Story) -> None:
    question = await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)
    story.telegram.reverse_updates()
    story.telegram.write(AMINA, AMINA, WORDS, reply_to=question)
    await story.write(AMINA, "/feedback", chat=AMINA)

    said = [first_line(one).partition(".")[0] for one in story.from_bot(AMINA)[-2:]]
    assert sorted(said) == [
        HEADING,
        "🔒 ✅ It arrived",
    ]
    assert changes(before, await contents(story.program.toolbox.database)) == TAKEN


async def test_while_telegram_is_away_words_are_kept_and_confirmed_when_it_is_back(
    story: Story,
) -> None:
    question = await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)
    for method in ("deleteMessage", "sendMessage"):
        story.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, method), times=2)
    sent = await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)
    await story.travel(minutes=10)

    assert story.telegram.message(AMINA, sent) is None
    assert heard_last(story, AMINA).startswith(
        "🔒 ✅ It arrived. It is read on Sun 29 Nov or later."
    )
    assert changes(before, await contents(story.program.toolbox.database)) == TAKEN


async def test_the_weekly_release_needs_no_telegram(story: Story) -> None:
    for person in (AMINA, PETER, LEAD):
        await confide(story, person, f"{WORDS} {person}")
    story.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY), times=5)
    await story.travel(days=7)

    found = sorted(item.words for item in await story.rows(FeedbackItem))
    assert found == sorted(f"{WORDS} {person}" for person in (AMINA, PETER, LEAD))


async def test_what_the_database_lets_through_late_is_no_second_message(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)
    keep, tries = services.keep, count(1)
    tried = 0

    async def keep_late(
        session: AsyncSession, keys: KeyRing, update_id: int, submission: Submission
    ) -> Fate:
        nonlocal tried
        tried = next(tries)
        if tried < 3:
            raise OperationalError("", {}, Exception("database is locked"))
        return await keep(session, keys, update_id, submission)

    monkeypatch.setattr(services, "keep", keep_late)
    monkeypatch.setattr(take, "AWAY", 0.01)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)

    assert tried == 3
    assert heard_last(story, AMINA).startswith("🔒 ✅ It arrived.")
    assert changes(before, await contents(story.program.toolbox.database)) == TAKEN


async def test_a_fault_of_ours_is_owned_up_to_directly_and_leaves_a_refusal(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)

    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError(WORDS)

    monkeypatch.setattr(handlers, "fits", fail)
    monkeypatch.setattr(take, "PAUSES", (0.0,) * 5)
    with heard() as lines:
        await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)
    failures = dict(story.program.toolbox.failures)
    story.program.toolbox.failures.clear()
    monkeypatch.undo()
    await again(story, newest(story))

    assert failures == {"ZeroDivisionError": 1}
    assert [line for line in lines if WORDS in line or "ZeroDivision" in line] == []
    assert first_line(story.from_bot(AMINA)[-2]).startswith("🔒 I cannot keep anything safely")
    assert heard_last(story, AMINA).startswith("🔒 This one was not kept, as I said before.")
    assert changes(before, await contents(story.program.toolbox.database)) == REFUSED


async def test_a_lost_key_refuses_until_there_is_a_new_one_and_stays_a_refusal(
    story: Story,
) -> None:
    question = await ask(story, AMINA)
    keys = story.program.toolbox.keys
    for name in keys.names(services.PREFIX):
        keys.destroy(name)
    before = await contents(story.program.toolbox.database)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)

    assert heard_last(story, AMINA).startswith("🔒 I cannot keep anything safely at this moment")
    assert changes(before, await contents(story.program.toolbox.database)) == REFUSED


async def test_an_old_receipt_that_telegram_no_longer_deletes_is_emptied(story: Story) -> None:
    await confide(story, AMINA, WORDS)
    await story.tap(AMINA, "🧾", chat=AMINA)
    receipt = story.last(AMINA).id
    await story.travel(days=3)
    await story.tap(AMINA, "🙈", chat=AMINA)

    assert as_read(story.message(receipt, AMINA).html) == "🔒 Hidden."
