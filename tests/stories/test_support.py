"""Somebody needs what they cannot do alone: it is heard at once, and who can help says so."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.support import SupportState
from bot.models import Entry, Group, Membership, SupportOffer, SupportRequest
from bot.models.columns import stored_id
from bot.playground.faults import Fault
from bot.queries import members
from bot.queries import support as queries
from bot.services import support
from tests.stories.story import (
    AMINA,
    COORDINATOR,
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

ENGINEER = "A water engineer for three days, borehole at Griftu"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, PETER, FATUMA):
            await story.write(person, "/start", chat=person)
        for person in (PETER, FATUMA):
            await reads_english(story, person)
        yield story


async def reads_english(story: Story, person: int) -> None:
    """Let somebody read English, whatever their phone speaks."""

    async def choose(session: AsyncSession) -> None:
        member = await members.by_telegram_id(session, person)
        assert member is not None
        member.language = "en"

    await story.program.toolbox.database.run(choose)


def heard(story: Story, person: int) -> str:
    """Return what the bot said last to somebody in private."""
    return shown(story.from_bot(person)[-1]).open


def post(story: Story) -> str:
    """Return what the newest call for support in the group says now."""
    return next(
        text
        for text in (shown(one).open for one in reversed(story.from_bot()))
        if re.match("(🆘|✅|✖️) .* (needs support|has the support|does not need)", text)
    )


async def states(story: Story) -> list[SupportState]:
    """Return the states of all calls for support, oldest first."""
    return [one.state for one in await story.rows(SupportRequest)]


async def test_a_call_for_support_reaches_the_group_the_lead_and_the_coordination(
    story: Story,
) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")

    assert shown(story.last()).open == (
        f"🆘 Maji Bora Trust needs support\n{ENGINEER}\n\nWho can help? Please tap."
    )
    assert shown(story.last()).buttons == [
        ["🤝 We can help · Tunaweza kusaidia"],
        ["✅ Settled · Imekamilika", "✖️ Withdraw · Ondoa ombi"],
    ]
    assert "Maji Bora Trust wanahitaji msaada" in shown(story.last()).folded
    for person in (LEAD, COORDINATOR):
        assert heard(story, person) == (
            f"🆘 Maji Bora Trust needs support\n{ENGINEER}\n\nWajir · Peter Lokwawi\n"
            "Reply here: your words reach whoever asked, and stand in the group."
        )
        assert shown(story.from_bot(person)[-1]).buttons == [["✅ Settled"]]
        assert not story.from_bot(person)[-1].is_silent


async def test_who_can_help_taps_and_asker_and_coordination_hear_it_and_how(
    story: Story,
) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")

    assert await story.tap(FATUMA, "🤝") == "Thank you! Green Rangelands stands there now."
    assert "🤝 Green Rangelands" in post(story)
    assert heard(story, PETER).startswith("🤝 Green Rangelands can help you.\n")
    assert "Please speak with Fatuma Omar" in heard(story, PETER)
    assert heard(story, COORDINATOR).startswith("🤝 Green Rangelands can help Maji Bora Trust.")
    assert "How can you help?" in heard(story, FATUMA)

    await story.write(FATUMA, "Our engineer Ali, from Monday", chat=FATUMA)
    assert "🤝 Green Rangelands: Our engineer Ali, from Monday" in post(story)
    assert "💬 Fatuma Omar: Our engineer Ali, from Monday" in heard(story, PETER)
    assert "💬 Fatuma Omar: Our engineer Ali, from Monday" in heard(story, COORDINATOR)
    assert await states(story) == [SupportState.ANSWERED]


async def test_a_second_tap_changes_nothing_and_who_cannot_help_after_all_says_so(
    story: Story,
) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    call = story.last().id
    await story.tap(FATUMA, "🤝")
    told_before = len(story.from_bot(PETER))

    assert "said so already" in await story.tap(FATUMA, "🤝", message=call)
    assert len(story.from_bot(PETER)) == told_before

    await story.tap(FATUMA, "↩️", chat=FATUMA)
    assert "🤝 Green" not in post(story)
    assert heard(story, PETER).startswith("Green Rangelands cannot help after all.")
    assert await states(story) == [SupportState.WAITING]
    await story.write(FATUMA, "yes", reply_to=call)
    assert "🤝 Green Rangelands" in post(story)
    await story.write(FATUMA, "no", reply_to=call)
    assert await states(story) == [SupportState.WAITING]
    assert len(await story.rows(SupportOffer)) == 1


async def test_nobody_helps_themselves_and_strangers_are_shown_the_way_in(story: Story) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    call = story.last().id

    assert "Shirika lako" in await story.tap(AMINA, "🤝", message=call)
    assert await story.tap(STRANGER, "🤝", message=call) != ""
    assert await story.rows(SupportOffer) == []
    assert await states(story) == [SupportState.WAITING]
    await story.write(AMINA, "yes, please", reply_to=call)
    await story.write(STRANGER, "We talk about it at length", reply_to=call)
    assert await story.rows(SupportOffer) == []


async def test_the_coordination_answers_by_replying_and_an_edit_corrects_it(story: Story) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")

    message = await story.write(COORDINATOR, "Ali comes on Mondy", chat=COORDINATOR)
    assert "💬 The coordination team answers: Ali comes on Mondy" in post(story)
    assert heard(story, PETER).startswith("💬 The coordination team answers:\nAli comes on Mondy")
    assert await states(story) == [SupportState.ANSWERED]

    await story.correct(COORDINATOR, message, "Ali comes on Monday", chat=COORDINATOR)
    assert "💬 The coordination team answers: Ali comes on Monday" in post(story)
    assert heard(story, PETER).startswith("💬 The coordination team answers:\nAli comes on Monday")

    asked = next(one for one in story.from_bot(LEAD) if read(one.text).startswith("🆘"))
    await story.write(LEAD, "The county has one, I ask", chat=LEAD, reply_to=asked.id)
    assert "answers: The county has one, I ask" in post(story)
    for said in ("ok", "Good morning"):
        await story.write(COORDINATOR, said, chat=COORDINATOR)
        assert "please reply to it with a sentence" in heard(story, COORDINATOR)
        assert said not in post(story)
    await story.write(PETER, "Thank you very much", chat=PETER)
    assert heard(story, PETER).startswith("I do not pass this on.")


async def test_days_are_counted_until_somebody_has_answered(story: Story) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    assert "without an answer" not in post(story)

    await story.travel(days=1)
    assert "⏳ 1 day without an answer" in post(story)
    posts = len(story.from_bot())
    await story.travel(days=2)
    assert "⏳ 3 days without an answer" in post(story)
    assert len(story.from_bot()) == posts

    await story.tap(FATUMA, "🤝")
    assert "without an answer" not in post(story)
    await story.travel(days=2)
    assert "without an answer" not in post(story)


async def test_after_two_days_down_the_days_are_right_and_nothing_is_said_twice(
    story: Story,
) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    posts = len(story.from_bot())

    story.clock.set(datetime(2026, 11, 25, 9, tzinfo=UTC))
    await story.travel(hours=1)

    assert "⏳ 2 days without an answer" in post(story)
    assert len(story.from_bot()) == posts


async def test_settled_by_the_asking_organisation_withdrawn_by_who_asked(story: Story) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    first = story.last().id
    await story.tap(FATUMA, "🤝")

    assert "a lead, or the coordination team" in await story.tap(FATUMA, "✅", message=first)
    assert await states(story) == [SupportState.ANSWERED]
    await story.tap(AMINA, "✅", message=first)
    assert post(story).startswith("✅ Maji Bora Trust has the support that was needed.")
    assert shown(story.message(first)).buttons == []
    assert heard(story, COORDINATOR).startswith("✅ Maji Bora Trust has the support")

    await story.write(PETER, "/needhelp A pump for Buna")
    second = story.last().id
    assert "Peter Lokwawi" in await story.tap(LEAD, "✖️", message=second)
    offer = story.data_of(story.message(second), "🤝")
    await story.tap(PETER, "✖️", message=second)
    assert post(story).startswith("✖️ Maji Bora Trust does not need this any more.")
    assert await states(story) == [SupportState.SETTLED, SupportState.WITHDRAWN]
    # Somebody taps what they still see.
    assert "not needed any more" in await story.forge(FATUMA, offer, message=second)
    assert len(await story.rows(SupportOffer)) == 1


async def test_alone_it_lists_what_is_needed_with_buttons(story: Story) -> None:
    assert "nobody waits for support now" in await story.ask(PETER, "/needhelp")
    await story.write(PETER, f"/needhelp {ENGINEER}")
    await story.write(FATUMA, "/needhelp Two nurses for Bute", chat=FATUMA)
    assert heard(story, FATUMA) == (
        "🆘 Green Rangelands needs support\nTwo nurses for Bute\n\nWajir · Fatuma Omar\n"
        "It stands in the group, and the coordination team has it. "
        "When you have what you need, tap."
    )
    assert shown(story.from_bot(FATUMA)[-1]).buttons == [["✅ Settled", "✖️ Withdraw"]]

    said = await story.ask(PETER, "/needhelp")
    assert f"1. Maji Bora Trust: {ENGINEER}" in said
    assert "2. Green Rangelands: Two nurses for Bute" in said
    assert shown(story.last()).buttons == [["🤝 1", "✅ 1"], ["🤝 2", "✅ 2"]]
    await story.tap(PETER, "🤝 2")
    assert "🤝 Maji Bora Trust" in post(story)


async def test_in_a_meeting_the_notebook_keeps_it_and_what_is_corrected_there_is_corrected(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")

    command = await story.write(PETER, "/needhelp A water enginer for Buna")
    (entry,) = await story.rows(Entry)
    (request,) = await story.rows(SupportRequest)
    assert (request.entry_id, request.text) == (entry.id, "A water enginer for Buna")
    assert post(story).startswith("🆘 Maji Bora Trust needs support\nA water enginer for Buna")
    assert story.last().is_silent

    await story.correct(PETER, command, "/needhelp A water engineer for Buna")
    assert post(story).startswith("🆘 Maji Bora Trust needs support\nA water engineer for Buna")
    await story.write(PETER, "/undo")
    assert await states(story) == [SupportState.WITHDRAWN]
    assert post(story).startswith("✖️")


async def test_an_edit_corrects_what_was_asked_between_meetings(story: Story) -> None:
    command = await story.write(PETER, "/needhelp A water enginer")
    await story.correct(PETER, command, "/needhelp A water engineer")

    assert [one.text for one in await story.rows(SupportRequest)] == ["A water engineer"]
    assert "A water engineer\n" in post(story)


async def set_place(story: Story, person: int, **values: object) -> None:
    """Give somebody another standing in the group."""

    async def change(session: AsyncSession) -> None:
        member = await members.by_telegram_id(session, person)
        assert member is not None
        await session.execute(
            update(Membership).where(col(Membership.member_id) == member.id).values(**values)
        )

    await story.program.toolbox.database.run(change)


async def test_who_waits_to_be_confirmed_asks_but_cannot_offer_yet(story: Story) -> None:
    await set_place(story, FATUMA, is_confirmed=False)
    await story.write(FATUMA, "/needhelp Two nurses for Bute")
    assert "⏳ Whoever asks waits to be confirmed." in post(story)
    assert "⏳ Whoever asks waits to be confirmed." in heard(story, COORDINATOR)

    await story.write(PETER, f"/needhelp {ENGINEER}")
    assert "please tap again" in await story.tap(FATUMA, "🤝")
    assert await story.rows(SupportOffer) == []

    (nurses, _) = await story.rows(SupportRequest)
    data = f"admit:{nurses.group_id}:{nurses.member_id}:{nurses.organisation_id}"
    await story.forge(LEAD, data)
    texts = [shown(one).open for one in story.from_bot()]
    assert not any("waits to be confirmed" in text for text in texts if text.startswith("🆘"))


async def test_an_office_phone_offers_for_its_organisation(story: Story) -> None:
    await set_place(story, FATUMA, is_office=True)
    await story.write(PETER, f"/needhelp {ENGINEER}")

    await story.tap(FATUMA, "🤝")
    assert "🤝 Green Rangelands" in post(story)


async def test_by_night_the_coordination_hears_it_at_once_but_without_a_sound(
    story: Story,
) -> None:
    await story.travel_to(datetime(2026, 11, 23, 19, tzinfo=UTC))
    await story.write(PETER, f"/needhelp {ENGINEER}")

    assert heard(story, COORDINATOR).startswith("🆘 Maji Bora Trust needs support")
    assert story.from_bot(COORDINATOR)[-1].is_silent
    assert story.last().is_silent


async def test_the_coordination_reads_who_offered_something_like_it_before(story: Story) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    await story.tap(FATUMA, "🤝")

    await story.write(IBRAHIM, "/needhelp A water engineer for Eldas")
    assert "💡 Offered something like it before: Green Rangelands" in heard(story, COORDINATOR)
    assert "💡 Needed something like it before: Maji Bora Trust" in heard(story, COORDINATOR)
    assert "💡" not in post(story)
    await story.write(IBRAHIM, "/needhelp Two nurses for three days")
    assert "💡" not in heard(story, COORDINATOR)


async def test_a_forged_button_and_one_of_another_group_say_something_sensible(
    story: Story,
) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    assert "not needed any more" in await story.forge(FATUMA, "can-help:4711")
    assert "not needed any more" in await story.forge(PETER, "helped:4711")
    assert await story.forge(FATUMA, "can-help:x") != ""


async def test_the_same_action_asks_once_in_the_same_words(story: Story) -> None:
    await story.write(PETER, "/needhelp Wait")

    async def ask(session: AsyncSession) -> tuple[int, int]:
        actor = await members.actor(session, PETER)
        group = await session.get_one(Group, (await _rows(session))[0].group_id)
        asked = [
            stored_id(
                await support.ask(
                    session, group, "A pump", actor=actor, source=(1, 2), now=story.clock.now()
                )
            )
            for _ in range(2)
        ]
        return asked[0], asked[1]

    first, second = await story.program.toolbox.database.run(ask)
    assert first == second
    assert len(await story.rows(SupportRequest)) == 2


async def _rows(session: AsyncSession) -> list[SupportRequest]:
    return list((await session.execute(select(SupportRequest))).scalars())


async def test_who_waits_is_told_to_the_summary_with_the_days(story: Story) -> None:
    await story.write(PETER, f"/needhelp {ENGINEER}")
    await story.write(FATUMA, "/needhelp Two nurses")
    await story.tap(PETER, "🤝")
    await story.travel(days=3)

    async def waiting(session: AsyncSession) -> list[tuple[str, int, int]]:
        (group_id,) = {one.group_id for one in await _rows(session)}
        found = await queries.waiting(session, [group_id], story.clock.now())
        return [(one.organisation, one.days, one.since) for one in found]

    assert await story.program.toolbox.database.run(waiting) == [("Maji Bora Trust", 3, 3)]


@pytest.mark.parametrize("hours", [48, 168, 192])
async def test_a_call_reaches_everybody_however_long_telegram_was_away(
    story: Story, hours: int
) -> None:
    for _ in range(3):
        story.telegram.faults.add(Fault.too_many(hours * 3600, method="sendMessage"))
    await story.write(PETER, "/needhelp A tent for Buna")
    assert not any("A tent for Buna" in words for words in story.said(COORDINATOR))

    await story.travel(hours=hours, minutes=10)

    for chat in (GROUP, LEAD, COORDINATOR):
        (said,) = [read(words) for words in story.said(chat) if "A tent for Buna" in words]
        assert f"⏳ {hours // 24} days without an answer" in said
