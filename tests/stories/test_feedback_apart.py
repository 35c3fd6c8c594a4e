"""What may be meant for the question in confidence is taken for nothing else, and kept nowhere.

Amina was asked in private how her action goes: words of hers that reply to nothing are progress,
which her group reads, unless they may be meant in confidence.
"""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.models import FeedbackItem, Progress
from bot.playground.telegram import FakeTelegram
from bot.playground.world import Request
from bot.services import feedback as services
from tests.confidence import NOTHING, changes, contents, heard, tables_with
from tests.playground.files import png
from tests.stories.story import AMINA, GROUP, LEAD, PETER, Story, as_read, shown, told
from tests.stories.test_feedback import WORDS, ask, confide, heard_last, open_channel
from tests.stories.test_follow_up import A_WEEK_BEFORE, given

BOT = "BarazaPlayBot"
BEHIND = (
    "🔒 I have kept nothing of what you wrote. Send /feedback alone first: then I say what happens "
    "to your words, and you write them as a reply."
)
UNANSWERED = (
    "🔒 Was this feedback? I have kept nothing of it. Please copy your words, write /feedback "
    "again, and send them as a reply to the question that comes then. If it was for something "
    'else, reply to that message: hold it, and choose "Reply".'
)
BETWEEN = (
    "🔒 Was this feedback, or the answer to my other question? I have kept nothing of it. If it "
    "was feedback: copy your words, write /cancel, then /feedback. If it was the answer, send it "
    'as a reply to that question: hold the question, and choose "Reply".'
)
FORGOTTEN = (
    "🔒 I was just started anew, and do not know what this answers. Nothing was kept. Please send "
    'it as a reply to the message that you mean: hold that message, and choose "Reply". For '
    "feedback without your name write /feedback."
)
WORDLESS = (
    "🔒 Only words, please: a picture, a voice or a file shows who you are. Nothing was kept. "
    "Write it as a reply to my question."
)
LATER = (
    "🔒 You are in the middle of something else here. Finish that, or write /cancel; then "
    "/feedback again. So your words cannot end up in the wrong place."
)
ONLY_IN_PRIVATE = (
    "Feedback is for a private chat with me. Anybody can open it there: "
    f"https://t.me/{BOT}?start=feedback"
)


@pytest.fixture(autouse=True)
def _without_dummies(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever is counted here was written by somebody.
    monkeypatch.setattr(services, "next_dummy", lambda now: now + timedelta(days=1000))
    monkeypatch.setattr(services, "FOLLOWS", 0.0)


async def beginning(story: Story) -> None:
    """Amina has something to do, and was asked how it goes; the channel is open."""
    await open_channel(story)
    await given(story, "Amina: repair Griftu borehole by 16 Dec")
    await story.travel_to(A_WEEK_BEFORE)


@pytest.fixture
async def begun(database_url: str) -> AsyncIterator[Story]:
    """As a program begins that knows nothing of what was asked before."""
    async with told(database_url, beginning) as story:
        yield story


@pytest.fixture
async def story(begun: Story) -> Story:
    begun.program.intake.confidence.be_sure()
    return begun


async def unkept(story: Story, *sent: str, to: int | None = None) -> list[str]:
    """Let Amina write; return what she was told, once it is sure that nothing is left of it."""
    database = story.program.toolbox.database
    before, said = await contents(database), []
    with heard() as lines:
        for words in sent:
            await story.write(AMINA, words, chat=AMINA, reply_to=to)
            said.append(heard_last(story, AMINA))
    after = await contents(database)
    assert changes(before, after) == NOTHING
    assert tables_with(WORDS, after) == set()
    assert [line for line in lines if WORDS in line] == []
    return said


async def test_words_that_reply_to_nothing_are_progress_without_a_question_in_confidence(
    story: Story,
) -> None:
    # What all the others are held against.
    await story.write(AMINA, WORDS, chat=AMINA)

    assert [row.progress for row in await story.rows(Progress)] == [WORDS]


# --- Behind the command, or behind something like it ----------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        f"/feedback {WORDS}",
        f"/feedback: {WORDS}",
        f"/feedback,{WORDS}",
        f"/FEEDBACK@{BOT} {WORDS}",
        f"/feedback@AnotherBot {WORDS}",
        f"/ feedback {WORDS}",
        f"/feedbak {WORDS}",
        f"/fidbak {WORDS}",
        f"/feedbackthe {WORDS}",
        f"/maoni {WORDS}",
        f"/start feedback {WORDS}",
        f"/start fb {WORDS}",
    ],
)
async def test_words_behind_the_command_are_not_kept(story: Story, sent: str) -> None:
    assert await unkept(story, sent) == [BEHIND]


async def test_words_under_a_picture_with_the_command_are_not_kept(story: Story) -> None:
    before = await contents(story.program.toolbox.database)
    story.telegram.send_photo(AMINA, AMINA, png(), caption=f"/feedback {WORDS}")
    await story.settle()

    assert heard_last(story, AMINA) == BEHIND
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


@pytest.mark.parametrize("sent", ["/feedback", "/feedbak", "/start feedback", "/maoni"])
async def test_the_command_alone_says_what_is_promised(story: Story, sent: str) -> None:
    (promise,) = await unkept(story, sent)

    assert promise.startswith("🔒 Feedback without your name, to the coordination team")


async def test_the_lock_in_front_of_what_is_said_leads_back_to_the_promise(story: Story) -> None:
    await ask(story, AMINA)
    links = [
        entity.url.partition("?start=")[2]
        for message in story.from_bot(AMINA)[-2:]
        for entity in message.entities
        if entity.url is not None
    ]

    said = await unkept(story, *[f"/start {link}" for link in links])
    assert [one[:24] for one in said] == ["🔒 Feedback without your "] * 2


# --- After the promise, or the question -----------------------------------------------------------


async def test_words_that_reply_to_nothing_are_not_kept_from_the_promise_on_for_a_day(
    story: Story,
) -> None:
    said = await unkept(story, "/feedback", WORDS)
    await ask(story, AMINA)
    said += await unkept(story, WORDS, f"/the {WORDS}")
    story.clock.set(story.clock.now() + timedelta(hours=23))
    said += await unkept(story, WORDS)
    story.clock.set(story.clock.now() + timedelta(hours=2))
    await story.write(AMINA, "One pump works", chat=AMINA)

    assert said[1:] == [UNANSWERED] * 4
    assert [row.progress for row in await story.rows(Progress)] == ["One pump works"]


async def test_a_tap_in_between_and_a_look_at_the_help_change_nothing(story: Story) -> None:
    await ask(story, AMINA)
    await story.tap(AMINA, "🔄", chat=AMINA)
    await story.write(AMINA, "/help", chat=AMINA)
    await story.write(AMINA, "/cancel", chat=AMINA)

    assert await unkept(story, WORDS) == [UNANSWERED]


async def test_whoever_turns_to_something_else_with_a_command_is_understood(story: Story) -> None:
    await ask(story, AMINA)
    await story.write(AMINA, "/actions", chat=AMINA)
    await story.write(AMINA, "One pump works", chat=AMINA)

    assert [row.progress for row in await story.rows(Progress)] == ["One pump works"]


async def test_an_afterthought_is_not_kept(story: Story) -> None:
    await confide(story, AMINA, "The office is closed on Mondays")

    assert await unkept(story, WORDS) == [UNANSWERED]


async def test_a_reply_to_anything_else_that_was_said_in_confidence_is_not_kept(
    story: Story,
) -> None:
    await confide(story, AMINA, "The office is closed on Mondays")
    promise, _question, arrived = story.from_bot(AMINA)[-3:]
    said = [*await unkept(story, WORDS, to=promise.id), *await unkept(story, WORDS, to=arrived.id)]
    refusal = story.last(AMINA)
    said += await unkept(story, WORDS, to=refusal.id)

    assert said == [UNANSWERED] * 3


async def test_a_reply_to_what_asks_nothing_is_a_reply_to_nothing(story: Story) -> None:
    await ask(story, AMINA)
    await story.write(AMINA, "/help", chat=AMINA)

    assert await unkept(story, WORDS, to=story.last(AMINA).id) == [UNANSWERED]


async def test_a_reply_to_how_it_goes_is_progress_also_after_the_question(story: Story) -> None:
    asked = story.last(AMINA, with_button="🔄").id
    await ask(story, AMINA)
    await story.write(AMINA, "One pump works", chat=AMINA, reply_to=asked)

    assert [row.progress for row in await story.rows(Progress)] == ["One pump works"]


async def test_a_reply_to_the_question_as_it_stands_in_another_chat_is_not_kept(
    story: Story,
) -> None:
    # Telegram tells of it only whose it is.
    question = await ask(story, PETER)
    shape = story.telegram.message_object(story.message(question, PETER))
    own = story.message(await story.write(AMINA, "/help", chat=AMINA), AMINA)
    before = await contents(story.program.toolbox.database)
    reply = {"origin": {"type": "user", "date": shape["date"], "sender_user": shape["from"]}}
    words = {**story.telegram.message_object(own), "message_id": 9000, "text": WORDS}
    del words["entities"]
    story.telegram.push_raw({"message": {**words, "external_reply": reply}})
    await story.settle()

    assert heard_last(story, AMINA) == UNANSWERED
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_another_command_in_reply_to_the_question_takes_no_words_along(story: Story) -> None:
    question = await ask(story, AMINA)

    assert await unkept(story, f"/update {WORDS}", to=question) == [BEHIND]


async def test_what_only_looks_like_a_command_is_kept_whole(story: Story) -> None:
    words = f"/the {WORDS}"
    await story.write(AMINA, words, chat=AMINA, reply_to=await ask(story, AMINA))
    await story.travel(days=30)

    assert [item.words for item in await story.rows(FeedbackItem)] == [words]


async def test_a_reply_to_the_question_as_it_was_passed_on_is_not_kept(story: Story) -> None:
    question = await ask(story, AMINA)
    own = story.telegram.forward(AMINA, AMINA, question, to=AMINA)
    await story.settle()

    assert await unkept(story, WORDS, to=own) == [UNANSWERED]


@pytest.mark.parametrize(
    "send",
    [
        lambda telegram: telegram.send_photo(AMINA, AMINA, png()),
        lambda telegram: telegram.send_photo(AMINA, AMINA, png(), caption=WORDS),
        lambda telegram: telegram.send_sticker(AMINA, AMINA, "👍"),
    ],
    ids=["picture", "words under a picture", "sticker"],
)
async def test_a_picture_or_a_sticker_after_the_question_is_no_evidence(
    story: Story, send: Callable[[FakeTelegram], object]
) -> None:
    await ask(story, AMINA)
    before = await contents(story.program.toolbox.database)
    send(story.telegram)
    await story.settle()

    assert heard_last(story, AMINA) in {UNANSWERED, WORDLESS}
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_after_a_restart_words_that_reply_to_nothing_are_asked_back_for_an_hour(
    begun: Story,
) -> None:
    # The program does not know any more whether it was asked in confidence.
    story = begun
    said = await unkept(story, WORDS)
    story.clock.set(story.clock.now() + timedelta(minutes=61))
    await story.write(AMINA, "One pump works", chat=AMINA)

    assert said == [FORGOTTEN]
    assert [row.progress for row in await story.rows(Progress)] == ["One pump works"]


async def test_after_a_restart_replies_and_open_conversations_go_on(begun: Story) -> None:
    story = begun
    question = story.last(AMINA, with_button="✅ Done").id
    await story.write(AMINA, "One pump works", chat=AMINA, reply_to=question)
    await story.write(LEAD, "/meeting", chat=LEAD)
    (answer,) = [await story.ask(LEAD, "10 Jan", chat=LEAD)]

    assert [row.progress for row in await story.rows(Progress)] == ["One pump works"]
    assert "🔒" not in answer


async def test_a_reply_to_a_question_that_was_put_before_a_restart_is_kept(
    database_url: str,
) -> None:
    async with told(database_url, beginning) as before:
        question = await ask(before, AMINA)
    async with told(
        database_url, clock=before.clock, telegram=before.telegram, is_seeded=False
    ) as story:
        await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)

        assert heard_last(story, AMINA).startswith("🔒 ✅ It arrived.")


async def test_while_another_program_fetches_updates_words_are_asked_back(story: Story) -> None:
    story.program.intake.confidence.be_unsure()

    assert await unkept(story, WORDS) == [FORGOTTEN]


# --- While a conversation is open -----------------------------------------------------------------


async def test_with_a_conversation_open_it_is_finished_first(story: Story) -> None:
    await story.write(AMINA, "/additem", chat=AMINA)
    question = story.last(AMINA).id
    said = await unkept(story, "/feedback", f"/feedback {WORDS}", f"/maoni {WORDS}")
    goes_on = await story.ask(AMINA, "Fodder for the goats", chat=AMINA, reply_to=question)
    await story.write(AMINA, "/cancel", chat=AMINA)
    (promise,) = await unkept(story, "/feedback")

    assert said == [LATER, BEHIND, BEHIND]
    assert "🔒" not in goes_on
    assert promise.startswith("🔒 Feedback without your name")


@pytest.mark.parametrize("sent", ["/feedback", f"/feedback {WORDS}", "/answer"])
async def test_words_right_after_are_not_taken_for_the_answer_to_what_is_open(
    story: Story, sent: str
) -> None:
    # Not everybody reads that something is to be finished first.
    await story.write(AMINA, "/additem", chat=AMINA)
    question = story.last(AMINA).id
    await story.travel(seconds=5)
    said = await unkept(story, sent, WORDS)
    await story.travel(seconds=5)
    await story.write(AMINA, "Fodder for the goats", chat=AMINA, reply_to=question)
    # Who has answered in a reply is understood again without one.
    await story.travel(seconds=5)
    goes_on = await story.ask(AMINA, "10", chat=AMINA)

    assert said[1:] == [BETWEEN]
    assert goes_on.startswith("Who presents it?")


async def test_nor_are_they_progress_once_that_was_stopped(story: Story) -> None:
    await story.write(AMINA, "/additem", chat=AMINA)
    await story.travel(seconds=5)
    said = await unkept(story, "/feedback")
    await story.travel(seconds=5)
    await story.write(AMINA, "/cancel", chat=AMINA)
    await story.travel(seconds=5)
    said += await unkept(story, WORDS)

    assert said == [LATER, UNANSWERED]


async def test_a_reply_to_ones_own_command_is_a_reply_to_nothing(story: Story) -> None:
    own = await story.write(AMINA, "/feedback", chat=AMINA)

    assert await unkept(story, WORDS, to=own) == [UNANSWERED]


async def test_a_reply_to_the_question_counts_whatever_else_was_begun_since(story: Story) -> None:
    question = await ask(story, AMINA)
    await story.write(AMINA, "/additem", chat=AMINA)
    await story.write(AMINA, WORDS, chat=AMINA, reply_to=question)

    assert heard_last(story, AMINA).startswith("🔒 ✅ It arrived.")


# --- In a group -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda telegram: telegram.write(AMINA, GROUP, f"/feedback {WORDS}"),
        lambda telegram: telegram.write(AMINA, GROUP, f"/maoni@{BOT} {WORDS}"),
        lambda telegram: telegram.write(AMINA, GROUP, f"/feedbak {WORDS}"),
        lambda telegram: telegram.write(AMINA, GROUP, "/answer 12345 67894"),
        lambda telegram: telegram.write_as_anonymous_admin(GROUP, f"/feedback {WORDS}"),
        lambda telegram: telegram.write_as_channel(GROUP, f"/feedback {WORDS}"),
    ],
    ids=["feedback", "maoni", "mistyped", "receipt", "anonymous admin", "channel"],
)
async def test_in_a_group_there_is_a_neutral_hint_and_no_row(
    story: Story, write: Callable[[FakeTelegram], int]
) -> None:
    asked_to_delete: list[object] = []

    async def note(call: Request) -> None:
        if call.method == "deleteMessage":
            asked_to_delete.append(call.params["message_id"])

    story.telegram.before = note
    before = await contents(story.program.toolbox.database)
    with heard() as lines:
        sent = write(story.telegram)
        await story.settle()
    after = await contents(story.program.toolbox.database)

    assert shown(story.last()).open == ONLY_IN_PRIVATE
    assert changes(before, after) == NOTHING
    assert tables_with(WORDS, after) == set()
    assert [line for line in lines if WORDS in line] == []
    assert asked_to_delete == [sent]


async def test_the_question_passed_on_to_a_group_is_no_question_there(story: Story) -> None:
    question = await ask(story, AMINA)
    copy = story.telegram.forward(AMINA, AMINA, question, to=GROUP)
    await story.settle()
    before = await contents(story.program.toolbox.database)
    shape = story.telegram.message_object(story.message(copy))
    reply = {**shape, "message_id": copy + 1, "text": WORDS, "reply_to_message": shape}
    story.telegram.push_raw({"message": reply})
    await story.settle()

    assert shown(story.last()).open == ONLY_IN_PRIVATE
    assert changes(before, await contents(story.program.toolbox.database)) == NOTHING


async def test_a_command_for_another_bot_is_left_alone(story: Story) -> None:
    said = story.said()
    await story.write(PETER, "/feedback@AnotherBot hello")

    assert story.said() == said


async def test_the_hint_is_in_the_languages_of_the_group(story: Story) -> None:
    await story.write(PETER, "/feedback")

    assert "https://t.me/" in as_read(story.last().html).partition("\n\n")[2]
