"""Meetings vote: nobody sees who said what before the end, and then it is read back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.motions import Ballot
from bot.domain.notebook import EntryKind
from bot.domain.roles import Role
from bot.models import (
    AgendaItem,
    BallotCast,
    BallotFor,
    Entry,
    Group,
    Member,
    Membership,
    Motion,
    Occasion,
    OccasionState,
    Organisation,
)
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Three minutes after the meeting was to begin, in Nairobi 10:03."""
GRACE, ZAINAB, KHADIJA = 105, 108, 112
"""They read English, as Ibrahim does: the alternate of Pastoral Voices, and two other primes."""
AGREE, RESERVE, YES, NO, ABSTAIN = "👍 I agree", "✋", "👍 Yes", "👎", "⚪"
CLOSE, DECIDED = "🏁", "✅ Yes, decided"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, begun) as story:
        yield story


async def begun(story: Story) -> None:
    """Open a meeting of eight organisations."""
    for person in (LEAD, AMINA):
        await story.write(person, "/start", chat=person)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")


def seen(story: Story, message: int) -> str:
    return shown(story.message(message)).open


async def put(story: Story, text: str = "We meet twice a month") -> int:
    """Put something to the vote; return the number of the post."""
    await story.write(LEAD, f"/vote {text}")
    return story.last(with_button=CLOSE).id


async def test_a_consent_with_a_reservation_becomes_a_decision(story: Story) -> None:
    motion = await put(story)
    assert await story.tap(IBRAHIM, AGREE) == "Noted: yes."
    await story.tap(AMINA, RESERVE)
    await story.write(AMINA, "Too far for the women of Griftu", chat=AMINA)
    assert "2 of 8 organisations have answered" in seen(story, motion)
    assert "Griftu" not in seen(story, motion)

    await story.tap(LEAD, CLOSE)
    assert "By consent: 2 agree, 1 of them with a reservation" in seen(story, motion)
    assert "✋ Maji Bora Trust: Too far for the women of Griftu" in seen(story, motion)
    assert "Amina" not in seen(story, motion)
    await story.tap(LEAD, DECIDED)
    await story.tap(LEAD, "🔁 Review in 3")
    assert "Review: Wed 3 Mar 2027" in seen(story, motion)

    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = shown(story.last()).open
    assert "✅ We meet twice a month · review on Wed 3 Mar 2027" in minutes
    assert "🗳 By consent: 2 agree, 1 of them with a reservation · without quorum" in minutes
    assert "✋ Reservation: Maji Bora Trust: Too far for the women of Griftu" in minutes


async def test_nothing_of_a_vote_leaks_before_it_is_closed(story: Story) -> None:
    motion = await put(story, "yes/no: We buy a second truck")
    before = seen(story, motion)
    toasts = [
        await story.tap(ZAINAB, YES),
        await story.tap(IBRAHIM, NO),
        await story.tap(KHADIJA, ABSTAIN),
    ]

    assert toasts == ["Noted: yes.", "Noted: no.", "Noted: you abstain."]
    after = seen(story, motion)
    assert after == before.replace("0 of 8", "3 of 8").replace("part: 1", "part: 4")
    said = "\n".join(read(m.text) for m in story.from_bot() if m.id >= motion)
    for leak in ("Afya", "Pastoral", "Elimu", "Ibrahim", "Yes: ", "No: 1", "Abstained"):
        assert leak not in said

    await story.tap(LEAD, CLOSE)
    assert "Not decided" in seen(story, motion)
    assert "Yes: 1 · No: 1 · Abstained: 1" in seen(story, motion)
    assert "Afya" not in seen(story, motion)


async def test_of_an_organisation_the_prime_counts_and_else_who_spoke_last(story: Story) -> None:
    motion = await put(story, "yes/no: We buy a second truck")
    assert "their word counts" in await story.tap(GRACE, NO)
    await story.tap(IBRAHIM, YES)
    await story.tap(GRACE, NO)
    assert "1 of 8 organisations" in seen(story, motion)
    await story.tap(LEAD, CLOSE)
    assert "Yes: 1 · No: 0 · Abstained: 0" in seen(story, motion)


async def test_where_members_vote_each_counts(story: Story) -> None:
    await story.write(LEAD, "/setup")
    await story.tap(LEAD, "🗳 Votes")
    await story.tap(LEAD, "👤 One for each member")
    assert "Votes: one for each member" in shown(story.last()).open

    motion = await put(story, "majority: We buy a second truck")
    await story.tap(PETER, NO)
    await story.tap(AMINA, YES)
    await story.tap(IBRAHIM, YES)
    assert "2 of 8 organisations have answered. Votes: 3." in seen(story, motion)
    await story.tap(LEAD, CLOSE)
    assert "Yes: 2 · No: 1 · Abstained: 0" in seen(story, motion)


async def test_who_changes_their_mind_is_counted_once(story: Story) -> None:
    motion = await put(story)
    await story.tap(AMINA, RESERVE)
    await story.write(AMINA, "Too far", chat=AMINA)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    assert "By consent: 1 agrees" in seen(story, motion)
    assert "Too far" not in seen(story, motion)


async def test_who_has_no_vote_is_told_kindly_and_not_counted(story: Story) -> None:
    motion = await put(story)
    before = seen(story, motion)
    people = {member.telegram_id: member.id for member in await story.rows(Member)}

    async def change(session: AsyncSession) -> None:
        for person, facts in (
            (ZAINAB, {"is_confirmed": False}),
            (IBRAHIM, {"role": Role.OBSERVER}),
            (KHADIJA, {"is_office": True}),
        ):
            await session.execute(
                update(Membership)
                .where(col(Membership.member_id) == people[person])
                .values(**facts)
            )

    await story.program.toolbox.database.run(change)
    assert "confirmed you" in await story.tap(ZAINAB, AGREE)
    assert "You observe" in await story.tap(IBRAHIM, AGREE)
    assert "phone of an office" in await story.tap(KHADIJA, AGREE)
    assert "Only the members of this group vote" in await story.tap(COORDINATOR, AGREE)
    assert "do not know you" in await story.tap(STRANGER, AGREE)
    assert seen(story, motion) == before
    assert await story.rows(BallotCast) == []


async def test_only_who_runs_the_meeting_closes_a_vote_and_twice_is_once(story: Story) -> None:
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    assert "Only who leads this meeting" in await story.tap(IBRAHIM, CLOSE)
    close = story.data_of(story.message(motion), CLOSE)
    for person in (LEAD, DEPUTY):
        story.telegram.tap(person, GROUP, motion, close)
    await story.settle()
    assert seen(story, motion).startswith("🏁 The vote is closed")
    assert await story.forge(IBRAHIM, "ballot:1:yes", message=motion) == "This vote is closed."

    decide = story.data_of(story.message(motion), DECIDED)
    for person in (LEAD, DEPUTY):
        story.telegram.tap(person, GROUP, motion, decide)
    await story.settle()
    assert [entry.text for entry in await story.rows(Entry)] == ["We meet twice a month"]


async def test_votes_outlive_a_restart(database_url: str) -> None:
    async with told(database_url, begun) as story:
        motion = await put(story)
        await story.tap(AMINA, AGREE)
    async with told(
        database_url, clock=story.clock, telegram=story.telegram, is_seeded=False
    ) as again:
        await again.tap(IBRAHIM, AGREE)
        await again.tap(LEAD, CLOSE)
        assert "By consent: 2 agree" in seen(again, motion)


async def test_one_vote_at_a_time(story: Story) -> None:
    first = await put(story)
    said = await story.ask(LEAD, "/vote We buy a second truck")
    assert 'One vote at a time: "We meet twice a month" is still open' in said
    await story.tap(LEAD, CLOSE)
    assert seen(story, first).startswith("🏁")
    second = await put(story, "We buy a second truck")
    assert second != first


async def test_the_post_of_an_open_vote_is_brought_down_again(story: Story) -> None:
    first = await put(story)
    await story.tap(AMINA, AGREE)
    await story.write(LEAD, "/vote")
    second = story.last(with_button=CLOSE).id
    assert second > first
    assert "1 of 8 organisations have answered" in seen(story, second)
    assert "The vote goes on: its post is further down." in seen(story, first)
    assert story.message(first).buttons == []

    await story.write(LEAD, "/vote", chat=LEAD)
    await story.tap(IBRAHIM, AGREE, message=second)
    for chat in (GROUP, LEAD):
        text = shown(story.last(chat, with_button=CLOSE)).open
        assert "2 of 8 organisations have answered" in text
    await story.tap(LEAD, CLOSE, message=second)
    assert "What is the vote about?" in await story.ask(LEAD, "/vote")


async def test_a_meeting_that_ends_withdraws_what_is_not_decided(story: Story) -> None:
    first = await put(story)
    await story.tap(LEAD, CLOSE)
    second = await put(story, "yes/no: We buy a second truck")
    await story.tap(AMINA, YES)
    vote = story.data_of(story.message(second), YES)
    await story.write(LEAD, "/close")
    assert "If the meeting closes, it counts for nothing." in shown(story.last()).open
    await story.tap(LEAD, "⏹ Yes")

    for motion in (first, second):
        assert "The meeting ended before this was decided" in seen(story, motion)
        assert story.message(motion).buttons == []
    assert await story.forge(IBRAHIM, vote, message=second) == "This meeting is over."
    assert await story.rows(Entry) == []


async def test_the_words_of_a_vote_are_corrected_until_somebody_votes(story: Story) -> None:
    command = await story.write(LEAD, "/vote We meet twice a moth")
    motion = story.last(with_button=CLOSE).id
    await story.correct(LEAD, command, "/vote yes/no: We meet twice a month")
    assert "We meet twice a month" in seen(story, motion)
    await story.tap(AMINA, YES)
    await story.correct(LEAD, command, "/vote We never meet")
    assert "Somebody has voted on these words already" in shown(story.last()).open
    assert "We meet twice a month" in seen(story, motion)


async def test_a_message_is_put_to_the_vote_by_replying_to_it(story: Story) -> None:
    said = await story.write(IBRAHIM, "We buy a second truck")
    await story.write(LEAD, "/vote majority", reply_to=said)
    motion = story.last(with_button=CLOSE).id
    assert "We buy a second truck" in seen(story, motion)
    assert "By majority" in seen(story, motion)
    await story.tap(LEAD, CLOSE)
    assert "What is the vote about?" in await story.ask(LEAD, "/vote")


async def test_yes_no_and_abstain_are_named_before_the_words_or_over_a_message(
    story: Story,
) -> None:
    first = await put(story, "yes/no/abstain: We buy a truck")
    assert "By majority" in seen(story, first)
    assert "abstain:" not in seen(story, first)
    await story.tap(LEAD, CLOSE)
    said = await story.write(IBRAHIM, "We buy a second truck")
    await story.write(LEAD, "/vote yes/no/abstain", reply_to=said)
    second = story.last(with_button=CLOSE).id
    assert "We buy a second truck" in seen(story, second)
    assert "By majority" in seen(story, second)


async def test_what_nobody_answered_is_not_decided_by_consent_but_can_go_on(story: Story) -> None:
    motion = await put(story)
    await story.tap(LEAD, CLOSE)
    assert "Nobody has voted." in seen(story, motion)
    assert "nothing can be decided by consent" in seen(story, motion)
    buttons = [button.text for row in story.message(motion).buttons for button in row]
    assert not any(DECIDED in read(text) for text in buttons)
    await story.forge(LEAD, "decide:1:carried", message=motion)
    assert await story.rows(Entry) == []

    await story.tap(LEAD, "🔄 Go on")
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    assert "By consent: 1 agrees" in seen(story, motion)
    await story.tap(LEAD, DECIDED)
    assert [entry.text for entry in await story.rows(Entry)] == ["We meet twice a month"]


async def test_what_the_bot_said_is_not_put_to_the_vote(story: Story) -> None:
    board = story.last().id
    said = await story.ask(LEAD, "/vote", reply_to=board)
    assert "What is the vote about?" in said
    assert await story.rows(Motion) == []


async def test_words_under_a_vote_count_like_buttons_and_talk_does_not(story: Story) -> None:
    motion = await put(story)
    await story.write(AMINA, "Yes", reply_to=motion)
    await story.write(IBRAHIM, "Reservation: the road is bad", reply_to=motion)
    await story.write(FATUMA, "Which days?", reply_to=motion)
    await story.tap(LEAD, CLOSE)
    assert "By consent: 2 agree, 1 of them with a reservation" in seen(story, motion)
    assert "✋ Pastoral Voices: the road is bad" in seen(story, motion)


@pytest.mark.parametrize("yes", ["Yes of course", "naam", "👍", "Ndiyo kabisa!"])
async def test_yes_is_said_in_many_words(story: Story, yes: str) -> None:
    motion = await put(story)
    await story.write(IBRAHIM, yes, reply_to=motion)
    assert [one.ballot for one in await story.rows(BallotCast)] == ["yes"]


@pytest.mark.parametrize(
    "said",
    [
        "I agree but the road is bad",
        "Yes, but: the road is bad",
        "Nakubali, lakini the road is bad",
    ],
)
async def test_who_agrees_with_a_but_has_a_reservation_in_those_words(
    story: Story, said: str
) -> None:
    motion = await put(story)
    await story.write(IBRAHIM, said, reply_to=motion)
    await story.tap(LEAD, CLOSE)
    assert "✋ Pastoral Voices: the road is bad" in seen(story, motion)


async def test_a_short_reply_that_is_no_vote_gets_a_word_back(story: Story) -> None:
    motion = await put(story)
    for said in ("sipigi kura", "maybe next month"):
        answer = await story.ask(IBRAHIM, said, reply_to=motion)
        assert 'not counted yet. Tap a button under the vote, or reply "I agree"' in answer
    assert await story.rows(BallotCast) == []

    await story.write(IBRAHIM, "Yes", reply_to=motion)
    before = story.last().id
    await story.write(IBRAHIM, "The tank is full again", reply_to=motion)
    await story.write(STRANGER, "maybe next month", reply_to=motion)
    assert story.last().id == before

    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    other = await put(story, "yes/no: We buy a car")
    answer = await story.ask(ZAINAB, "Yes but it is dear", reply_to=other)
    assert 'reply "yes", "no" or "abstain"' in answer
    await story.write(ZAINAB, "sipigi kura", reply_to=other)
    assert [one.ballot for one in await story.rows(BallotCast)] == ["yes", "abstain"]


@pytest.mark.parametrize("no", ["No", "I disagree", "siafiki", "Hapana"])
async def test_who_says_no_to_a_consent_is_told_and_asked_for_a_reservation(
    story: Story, no: str
) -> None:
    motion = await put(story)
    asked = await story.ask(IBRAHIM, no, reply_to=motion)
    assert 'there is no "no": I noted it as a reservation' in asked
    await story.write(IBRAHIM, "The road is bad", reply_to=story.last().id)
    await story.tap(LEAD, CLOSE)
    assert "✋ Pastoral Voices: The road is bad" in seen(story, motion)


async def test_who_says_no_to_a_consent_is_asked_why_once(story: Story) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    motion = await put(story)
    before = len(story.from_bot(IBRAHIM))

    answer = await story.ask(IBRAHIM, "No", reply_to=motion)

    # The question itself is put in private, where the bot may write to him.
    assert 'there is no "no": I noted it as a reservation, and asked you in private' in answer
    await story.write(IBRAHIM, "I disagree", reply_to=motion)
    [asked] = story.from_bot(IBRAHIM)[before:]
    assert "What is your reservation?" in asked.text

    await story.write(IBRAHIM, "The road is bad", chat=IBRAHIM)
    await story.tap(LEAD, CLOSE)
    assert "✋ Pastoral Voices: The road is bad" in seen(story, motion)


async def test_who_says_no_once_more_to_the_question_is_not_asked_again(story: Story) -> None:
    motion = await put(story)
    asked = await story.ask(IBRAHIM, "No", reply_to=motion)
    assert "What is it?" in asked

    assert await story.ask(IBRAHIM, "No", reply_to=story.last().id) == ""


async def test_who_owes_words_for_a_reservation_talks_about_other_things(story: Story) -> None:
    motion = await put(story)
    for person in (IBRAHIM, FATUMA):
        await story.tap(person, RESERVE)
    await story.write(LEAD, "/action send the list of trucks")
    await story.write(IBRAHIM, "That is a long list", reply_to=story.last().id)
    said = await story.write(AMINA, "We are ready")
    await story.write(IBRAHIM, "So are we", reply_to=said)
    await story.write(IBRAHIM, "Which days would it be?", reply_to=motion)
    await story.write(IBRAHIM, "Thank you", reply_to=motion)
    await story.write(KHADIJA, "No", reply_to=motion)
    await story.write(IBRAHIM, "She is right", reply_to=story.last().id)
    assert {one.reservation for one in await story.rows(BallotCast)} == {""}

    await story.write(KHADIJA, "The road is bad", reply_to=story.last().id)
    await story.write(IBRAHIM, "Too far for the women", reply_to=motion)
    assert {one.reservation for one in await story.rows(BallotCast)} == {
        "",
        "The road is bad",
        "Too far for the women",
    }


async def test_the_words_of_a_reservation_come_after_the_vote_is_closed(story: Story) -> None:
    motion = await put(story)
    for person in (AMINA, IBRAHIM):
        await story.tap(person, RESERVE)
    await story.tap(LEAD, CLOSE)
    await story.write(AMINA, "Too far for the women", chat=AMINA)
    await story.write(AMINA, "Asante sana", chat=AMINA)
    await story.write(FATUMA, "Which days?", reply_to=motion)
    assert "✋ Maji Bora Trust: Too far for the women" in seen(story, motion)

    await story.tap(LEAD, DECIDED)
    await story.write(LEAD, "/close")
    await story.write(IBRAHIM, "The road is bad", reply_to=motion)
    assert "✋ Pastoral Voices: The road is bad" in seen(story, motion)
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "Pastoral Voices: The road is bad" in shown(story.last()).open
    assert "Kura hii imefungwa" in await story.ask(
        AMINA, "Not too far", chat=AMINA, reply_to=asked_why(story)
    )


def asked_why(story: Story) -> int:
    """Return the number of the message that asks Amina for her reservation."""
    return next(m.id for m in story.from_bot(AMINA) if read(m.text).startswith("✋"))


async def test_who_agrees_after_a_no_has_no_reservation(story: Story) -> None:
    motion = await put(story)
    await story.write(IBRAHIM, "No", reply_to=motion)
    await story.write(IBRAHIM, "Naunga mkono", reply_to=motion)
    await story.write(AMINA, "I do not agree", reply_to=motion)
    await story.write(AMINA, "I support", chat=AMINA)
    await story.tap(LEAD, CLOSE)
    assert "mkono" not in seen(story, motion)
    assert "✋" not in seen(story, motion)


async def test_who_writes_in_private_for_the_first_time_is_asked_why(story: Story) -> None:
    motion = await put(story)
    await story.tap(IBRAHIM, RESERVE)
    assert story.from_bot(IBRAHIM) == []
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    assert "What is your reservation?" in shown(story.last(IBRAHIM)).open
    await story.write(IBRAHIM, "The road is bad", chat=IBRAHIM)
    await story.tap(LEAD, CLOSE)
    assert "✋ Pastoral Voices: The road is bad" in seen(story, motion)


async def test_on_one_phone_the_secretary_votes_for_everybody(story: Story) -> None:
    await story.write(LEAD, "/vote We meet twice a month", chat=LEAD)
    motion = story.last(with_button=CLOSE).id
    assert "/help" in await story.ask(LEAD, "Which days?", chat=LEAD)
    await story.tap(LEAD, "🗣", chat=LEAD)
    organisations = story.last(LEAD).id
    await story.tap(LEAD, "Maji Bora", chat=LEAD, message=organisations)
    await story.tap(LEAD, RESERVE, chat=LEAD)
    await story.write(LEAD, "Too far for the women", chat=LEAD)
    await story.tap(LEAD, "Pastoral", chat=LEAD, message=organisations)
    await story.tap(LEAD, AGREE, chat=LEAD)
    await story.tap(IBRAHIM, RESERVE)

    await story.tap(LEAD, CLOSE, chat=LEAD)
    for chat, message in ((GROUP, motion), (LEAD, story.last(LEAD, with_button=DECIDED).id)):
        text = shown(story.message(message, chat)).open
        assert "By consent: 2 agree, 2 of them with a reservation" in text
        assert "✋ Maji Bora Trust*: Too far for the women" in text
        assert "✋ Pastoral Voices\n" in text
        assert "* passed on by somebody else: 1" in text
    # Who has a word in the room is in it.
    await story.tap(LEAD, DECIDED, chat=LEAD)
    await story.write(LEAD, "/close", chat=LEAD)
    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    present, absent = (
        next(line for line in draft.splitlines() if word in line)
        for word in ("Present:", "Absent:")
    )
    assert "Maji Bora Trust" not in absent
    assert "Present: 3 of 8" in present
    assert (
        "✋ Reservation: Maji Bora Trust*: Too far for the women\n"
        "   ✋ Reservation: Pastoral Voices\n"
        "   * somebody else passed this on for the organisation"
    ) in draft


async def test_whoever_leads_decides_in_words_what_was_read_back(story: Story) -> None:
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    await story.write(IBRAHIM, "Yes", reply_to=motion)
    assert "Shall I write it down as agreed?" in seen(story, motion)
    await story.write(LEAD, "ndiyo", reply_to=motion)
    assert seen(story, motion).startswith("✅ Decided")

    motion = await put(story, "We share the trucks")
    await story.tap(LEAD, CLOSE)
    await story.write(LEAD, "yes", reply_to=motion)
    assert story.last(with_button=CLOSE).id == motion
    await story.tap(AMINA, AGREE, message=motion)
    await story.tap(LEAD, CLOSE, message=motion)
    await story.write(LEAD, "No", reply_to=motion)
    assert seen(story, motion).startswith("✖️ Not decided")


async def test_who_writes_in_private_gets_the_result_there_too(story: Story) -> None:
    await story.write(LEAD, "/note we begin late", chat=LEAD)
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    assert not [m for m in story.from_bot(LEAD) if "We meet twice" in m.text]

    await story.tap(DEPUTY, CLOSE)
    said = story.last(LEAD, with_button=DECIDED)
    assert "Kura imefungwa" in read(said.text) or "The vote is closed" in read(said.text)
    assert said.is_silent
    assert story.from_bot(DEPUTY) == []
    await story.tap(LEAD, DECIDED, chat=LEAD, message=said.id)
    assert "Decided" in seen(story, motion)
    assert story.message(said.id, LEAD).buttons != []


async def test_who_closes_a_vote_where_they_see_it_gets_no_second_post(story: Story) -> None:
    await story.write(LEAD, "/vote We meet twice a month", chat=LEAD)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE, chat=LEAD)
    assert len([m for m in story.from_bot(LEAD) if "We meet twice" in m.text]) == 1

    motion = await put(story, "We share the trucks")
    await story.tap(AMINA, AGREE, message=motion)
    await story.tap(LEAD, CLOSE, message=motion)
    assert not [m for m in story.from_bot(LEAD) if "trucks" in m.text]


async def test_the_result_comes_down_to_who_put_it_from_one_phone(story: Story) -> None:
    await story.write(LEAD, "/vote We meet twice a month", chat=LEAD)
    older = story.last(LEAD, with_button=CLOSE).id
    await story.tap(AMINA, AGREE)
    await story.tap(DEPUTY, CLOSE)
    assert story.last(LEAD, with_button=DECIDED).id > older
    assert "further down" in read(story.message(older, LEAD).text)


async def test_who_enters_for_others_sees_who_has_answered_and_is_told_who_voted_themselves(
    story: Story,
) -> None:
    motion = await put(story)
    await story.tap(IBRAHIM, AGREE)
    await story.tap(LEAD, "🗣")
    texts = [read(button.text) for row in story.last(LEAD).buttons for button in row]
    assert [text for text in texts if "✓" in text] == ["✓ Pastoral Voices"]
    said = await story.tap(LEAD, "✓ Pastoral", chat=LEAD)
    assert "Pastoral Voices has voted by itself" in said
    await story.tap(LEAD, CLOSE)
    assert "By consent: 1 agrees" in seen(story, motion)


async def test_who_has_no_private_chat_is_told_to_open_one(story: Story) -> None:
    await put(story)
    assert "Start" in await story.tap(DEPUTY, "🗣")
    assert story.from_bot(DEPUTY) == []
    await story.write(DEPUTY, "/start", chat=DEPUTY)
    await story.tap(DEPUTY, "🗣")
    assert story.last(DEPUTY).buttons


async def test_an_item_off_the_record_is_not_voted_on(story: Story) -> None:
    async def keep_silent(session: AsyncSession) -> None:
        await session.execute(update(AgendaItem).values(is_off_record=True))

    await story.program.toolbox.database.run(keep_silent)
    assert "off the record" in await story.ask(LEAD, "/vote We meet twice a month")
    assert await story.rows(Motion) == []


async def test_a_decision_is_due_for_review_and_comes_on_an_agenda(story: Story) -> None:
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    assert "I did not understand when" in await story.ask(LEAD, "review soon", reply_to=motion)
    await story.write(LEAD, "review 10 December", reply_to=motion)
    await story.write(LEAD, "review 14 December", reply_to=motion)
    assert "Review: Mon 14 Dec 2026" in seen(story, motion)
    await story.write(LEAD, "/close")
    await story.travel_to(datetime(2026, 12, 14, 5, 59, tzinfo=UTC))
    assert not any("due for review" in text for text in story.said())

    await story.travel_to(datetime(2026, 12, 14, 6, 1, tzinfo=UTC))
    due = story.last(with_button="📋").id
    assert "The decision of Thu 3 Dec 2026 is due for review:" in seen(story, due)
    await story.write(LEAD, "/meeting 7 Jan 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    raise_ = story.data_of(story.message(due), "📋")
    for person in (AMINA, LEAD):
        story.telegram.tap(person, GROUP, due, raise_)
    await story.settle()
    assert "It is on the agenda of Thu 7 Jan" in seen(story, due)
    reviews = [item.title for item in await story.rows(AgendaItem) if "Review" in item.title]
    assert reviews == ["Review: We meet twice a month"]


async def test_the_day_of_a_review_is_read_from_the_words_of_a_decision(story: Story) -> None:
    written = await story.write(LEAD, "/agreed We buy a car, review in 3 months")
    motion = await put(story, "yes/no: Close the road, review 1 March")
    await story.tap(IBRAHIM, YES)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    found = {one.text: str(one.review_on) for one in await story.rows(Entry)}
    assert found == {"We buy a car": "2027-03-03", "Close the road": "2027-03-01"}
    assert "1 Mar" in seen(story, motion)
    assert "Review" not in str(shown(story.message(motion)).buttons).replace("No review", "")

    await story.correct(LEAD, written, "/agreed We buy a car")
    assert {str(one.review_on) for one in await story.rows(Entry)} == {"None", "2027-03-01"}
    states = [one.state for one in await story.rows(Occasion) if one.kind == "decision-review"]
    assert states == [OccasionState.WAITING]

    said = await story.write(AMINA, "We dig, review in 6 months")
    await story.write(LEAD, "/agreed", reply_to=said)
    assert ("We dig, review in 6 months", "2027-06-03") in [
        (one.text, str(one.review_on)) for one in await story.rows(Entry)
    ]


async def test_a_review_is_chosen_after_the_meeting_and_said_after_an_outage(
    story: Story,
) -> None:
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "🔁 Review in 3")
    assert "Review: Wed 3 Mar 2027" in seen(story, motion)
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "its minutes are out" in await story.ask(LEAD, "review 1 April", reply_to=motion)

    # The bot was away, and also posts the minutes anew: which message they are, it knows no more.
    story.clock.set(datetime(2027, 3, 10, 21, 0, tzinfo=UTC))
    await story.travel(minutes=1)
    due = [read(text) for text in story.said() if "due for review" in text]
    assert ["The decision of Thu 3 Dec 2026 is due for review:" in text for text in due] == [True]


async def test_a_decision_that_was_taken_back_is_never_due(story: Story) -> None:
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    await story.write(LEAD, "review 10 December", reply_to=motion)

    async def take_back(session: AsyncSession) -> None:
        await session.execute(update(Entry).values(undone_at=OPENING))

    await story.program.toolbox.database.run(take_back)
    await story.travel_to(datetime(2026, 12, 10, 9, 0, tzinfo=UTC))
    assert not any("due for review" in text for text in story.said())
    [occasion] = [one for one in await story.rows(Occasion) if one.kind == "decision-review"]
    assert occasion.state is OccasionState.CANCELLED


async def test_the_post_of_a_vote_says_that_its_decision_was_taken_back(story: Story) -> None:
    motion = await put(story, "yes/no: We buy a second truck")
    await story.tap(AMINA, YES)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    said = await story.ask(LEAD, "/undo")
    assert "Taken back" in said
    assert "onsent" not in said
    assert "This decision was taken back" in seen(story, motion)
    assert story.message(motion).buttons == []


async def test_the_post_of_a_vote_says_that_its_decision_was_taken_out_of_the_minutes(
    story: Story,
) -> None:
    motion = await put(story)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, DECIDED)
    await story.write(LEAD, "/close")
    assert "Decided" in seen(story, motion)

    for button in ("📑", "✅ Right", "✏️ 1", "🗑"):
        await story.tap(LEAD, button, chat=LEAD)
    assert "This decision was taken back" in seen(story, motion)


async def test_what_is_lost_or_left_is_a_note(story: Story) -> None:
    await put(story, "yes/no: We buy a second truck")
    await story.tap(AMINA, NO)
    await story.tap(LEAD, CLOSE)
    await put(story)
    await story.tap(AMINA, AGREE)
    await story.tap(LEAD, CLOSE)
    await story.tap(LEAD, "✖️ Not decided")
    assert [(entry.kind, entry.text) for entry in await story.rows(Entry)] == [
        (EntryKind.NOTE, "Not passed (yes 0, no 1, abstained 0): We buy a second truck"),
        (EntryKind.NOTE, "Not decided: We meet twice a month"),
    ]


async def test_the_note_of_a_tie_says_who_abstained(story: Story) -> None:
    await put(story, "yes/no: We buy a second truck")
    await story.tap(AMINA, NO)
    await story.tap(IBRAHIM, YES)
    await story.tap(FATUMA, ABSTAIN)

    await story.tap(LEAD, CLOSE)

    assert [(entry.kind, entry.text) for entry in await story.rows(Entry)] == [
        (EntryKind.NOTE, "Not passed (yes 1, no 1, abstained 1): We buy a second truck"),
    ]


async def test_a_group_that_speaks_swahili_votes_in_its_words(database_url: str) -> None:
    async with told(database_url) as story:

        async def speak(session: AsyncSession) -> None:
            await session.execute(update(Group).values(languages=["sw"]))

        await story.program.toolbox.database.run(speak)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅")
        await story.travel_to(OPENING)
        await story.write(LEAD, "/open")
        await story.write(LEAD, "/kura ndiyo/hapana: Tununue lori la pili")
        motion = story.last(with_button="🏁").id
        assert "Tununue lori la pili" in seen(story, motion)
        await story.tap(AMINA, "👍 Ndiyo")
        await story.write(IBRAHIM, "hapana", reply_to=motion)
        await story.write(FATUMA, "ndiyo", reply_to=motion)
        await story.tap(LEAD, "🏁")
        assert "Ndiyo: 2 · Hapana: 1" in seen(story, motion)
        await story.tap(LEAD, "✅ Ndiyo")
        await story.write(LEAD, "pitia tena baada ya miezi mitatu", reply_to=motion)
        assert "3 Mac" in seen(story, motion)


@pytest.mark.parametrize(
    "said",
    [
        "Afya: yes",
        "Afya says yes",
        "Afya agrees",
        "for Afya yes",
        "yes for Afya Mashinani",
        "Afya wanasema ndiyo",
        "Afya wanakubali",
        "Afya waxay leeyihiin haa",
    ],
)
async def test_who_leads_says_in_the_chat_what_an_organisation_says(
    story: Story, said: str
) -> None:
    motion = await put(story)

    assert await story.ask(LEAD, said, reply_to=motion) == ""

    assert "1 of 8 organisations have answered" in seen(story, motion)
    [entered] = await story.rows(BallotFor)
    names = {one.id: one.name for one in await story.rows(Organisation)}
    assert (names[entered.organisation_id], entered.ballot) == ("Afya Mashinani", Ballot.YES)


async def test_several_lines_and_lists_say_what_the_room_says(story: Story) -> None:
    motion = await put(story, "yes/no: We buy a second truck")
    room = "Afya, Elimu and Maji Bora: yes\nPastoral Voices says no\nTumaini abstains"
    await story.write(LEAD, room, reply_to=motion)
    await story.write(LEAD, "Wajir Drought Office: yes", reply_to=motion)

    assert "6 of 8 organisations have answered" in seen(story, motion)
    assert len(await story.rows(BallotCast)) == 1
    await story.tap(LEAD, CLOSE)
    assert "Yes: 4 · No: 1 · Abstained: 1" in seen(story, motion)


async def test_a_reservation_of_others_is_said_with_its_words_or_asked_for(story: Story) -> None:
    motion = await put(story)
    await story.write(LEAD, "Afya: yes, but the road is bad", reply_to=motion)
    await story.write(LEAD, "Elimu says no", reply_to=motion)
    assert "What is the reservation of Elimu Kaskazini?" in read(story.last(LEAD).text)
    await story.write(LEAD, "Too far", chat=LEAD, reply_to=story.last(LEAD).id)

    await story.tap(LEAD, CLOSE)
    assert "✋ Afya Mashinani*: the road is bad" in seen(story, motion)
    assert "✋ Elimu Kaskazini*: Too far" in seen(story, motion)


async def test_nobody_else_speaks_for_another_organisation_but_all_for_their_own(
    story: Story,
) -> None:
    motion = await put(story)
    await story.write(IBRAHIM, "Afya: yes", reply_to=motion)
    assert "0 of 8 organisations have answered" in seen(story, motion)
    await story.write(IBRAHIM, "Pastoral Voices says yes", reply_to=motion)
    assert "1 of 8 organisations have answered" in seen(story, motion)
    assert await story.rows(BallotFor) == []

    assert "voted by itself" in await story.ask(LEAD, "Pastoral: yes", reply_to=motion)
    unknown = await story.ask(LEAD, "Camel Milk: yes", reply_to=motion)
    assert 'which organisation of this group you mean by "Camel Milk"' in unknown
    unclear = await story.ask(LEAD, "Afya is happy", reply_to=motion)
    assert '"Water Partners says yes"' in unclear
    assert '"Water Partners says yes"' not in await story.ask(
        FATUMA, "We are happy", reply_to=motion
    )
