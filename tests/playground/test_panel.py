"""The panel over real HTTP: what it shows, what its buttons do, and what it does not offer."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.playground.faults import FaultKind
from bot.playground.panel import FAULTS, Due, Ended, Ending, Hold, Trouble, Used, Waiting
from bot.playground.server import PlaygroundServer
from bot.playground.state import BotPlace
from bot.playground.telegram import FakeTelegram
from tests.playground.test_page import Controls
from tests.playground.world import (
    AMINA,
    BARAKA,
    GROUP,
    NOBODY,
    START,
    STRANGER,
    SUPERGROUP,
    TOKEN,
    StandingClock,
)


@pytest.fixture
def controls(clock: StandingClock) -> Controls:
    """What the panel is handed."""
    return Controls(clock)


@pytest.fixture
async def server(telegram: FakeTelegram, controls: Controls) -> AsyncIterator[PlaygroundServer]:
    """The world over HTTP, with its page."""
    async with PlaygroundServer(telegram, controls) as running:
        yield running


class Visitor:
    """Somebody with the panel open."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http
        self.person, self.chat = AMINA, GROUP

    async def look(self) -> str:
        """Return the panel's inside, without the blank space between words."""
        place = f"person={self.person}&chat={self.chat}"
        async with self.http.get(f"{self.url}/page/panel?{place}") as answer:
            assert answer.status == 200
            return " ".join((await answer.json())["html"].split())

    async def press(self, what: str, **more: object) -> tuple[int, dict[str, Any]]:
        """Press a button and return status and answer."""
        body = {"what": what, "person": self.person, "chat": self.chat, "language": "en", **more}
        async with self.http.post(f"{self.url}/page/trouble", json=body) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else {}

    async def offers(self) -> set[str]:
        """Return what the buttons of the panel do."""
        return set(re.findall(r'data-trouble="([\w-]+)"', await self.look()))


@pytest.fixture
def visitor(server: PlaygroundServer, http: aiohttp.ClientSession) -> Visitor:
    """Amina, with the group open."""
    return Visitor(server.url, http)


def sections(html: str) -> dict[str, str]:
    """Return the sections of the panel by their names."""
    _, *found = html.split('<section data-section="')
    return dict(one.split('"', 1) for one in found)


# --- what it shows --------------------------------------------------------------------------------


async def test_an_empty_panel_says_kindly_that_there_is_nothing(visitor: Visitor) -> None:
    shown = sections(await visitor.look())

    assert "Nothing is due." in shown["due"]
    assert "Nothing waits" in shown["waiting"]
    assert "<li" not in shown["due"] + shown["waiting"] + shown["week"]


async def test_what_is_due_stands_with_its_time_on_the_wall_and_a_button_to_jump_there(
    visitor: Visitor, controls: Controls
) -> None:
    due = START + timedelta(days=1)
    wall = due.replace(tzinfo=None)
    controls.told = replace(
        controls.told,
        due=[
            Due(
                "reminder-1d",
                due,
                wall,
                "Africa/Nairobi",
                "Wajir",
                GROUP,
                wall + timedelta(days=1),
            ),
            Due("invite", due, wall, "Africa/Kampala", "Moroto", None, None),
        ],
    )

    shown = sections(await visitor.look())["due"]

    assert "It is now Wed 2 Dec, 10:00." in shown
    assert shown.count(f'data-jump="{due.isoformat()}"') == 2
    assert "Reminder, the day before" in shown
    assert "<bdi>Wajir</bdi> · meeting Fri 4 Dec, 07:00" in shown
    assert shown.count("Thu 3 Dec, 07:00 (Africa/Kampala)") == 1


async def test_a_jump_has_its_words_and_the_way_to_where_it_will_be_said(
    visitor: Visitor, controls: Controls
) -> None:
    due = START + timedelta(days=1)
    wall = due.replace(tzinfo=None)
    places = [("reminder-1h", GROUP), ("question", None), ("invite", -77)]
    controls.told = replace(
        controls.told,
        due=[
            Due(kind, due, wall, "Africa/Nairobi", 'The "Wajir"', chat, wall)
            for kind, chat in places
        ],
    )

    shown = sections(await visitor.look())["due"]

    assert (
        'data-came="It is now Thu 3 Dec, 10:00: Reminder, an hour before (The &#34;Wajir&#34;)."'
    ) in shown
    # In a chat where one is not, nothing can be looked at.
    assert re.findall(r'data-where="(-?\d+)"', shown) == [str(GROUP)]


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (Hold.TURN, "Waits for its turn"),
        (Hold.ON_ITS_WAY, "Telegram has not answered yet"),
        (Hold.TRYING_AGAIN, "2 tries failed"),
        (Hold.PAUSED, "Telegram asked Baraza to wait"),
        (Hold.CLOSED, "Kept until Baraza may write there again"),
    ],
)
async def test_what_waits_stands_with_its_reason(
    hold: Hold, words: str, visitor: Visitor, controls: Controls
) -> None:
    later = START + timedelta(seconds=4)
    one = Waiting(GROUP, "Next <meeting>", hold, START, later, attempts=2)
    controls.told = replace(controls.told, waiting=[one], waiting_count=9)

    shown = sections(await visitor.look())["waiting"]

    assert words in shown
    assert "Next &lt;meeting&gt;" in shown
    assert '<span class="count">9</span>' in shown
    assert "since <time" in shown
    assert "next try <time" in shown


@pytest.mark.parametrize("how", Ending)
async def test_what_did_not_arrive_stands_with_its_reason(
    how: Ending, visitor: Visitor, controls: Controls
) -> None:
    reasons = {
        Ending.FAILED: "Telegram refused it:",
        Ending.EXPIRED: "too late to be of use",
        Ending.WITHDRAWN: "taken back",
        Ending.OVER_BUDGET: "enough was said this week",
    }
    one = Ended(AMINA, "", how, START - timedelta(days=1), "Bad Request: <b>")
    controls.told = replace(controls.told, ended=[one], ended_count=3)

    shown = sections(await visitor.look())["waiting"]

    assert reasons[how] in shown
    assert "Tue 1 Dec, 10:00" in shown
    assert "Amina Noor" in shown
    assert "A file" in shown
    assert ("Bad Request: &lt;b&gt;" in shown) is (how is Ending.FAILED)


async def test_who_has_used_everything_up_is_marked(visitor: Visitor, controls: Controls) -> None:
    used = [
        Used("Wajir", is_group=True, made=6, limit=5),
        Used("Amina", is_group=False, made=1, limit=2),
    ]
    controls.told = replace(controls.told, used=used, others=3)

    shown = sections(await visitor.look())["week"]

    assert re.findall(r'data-used="(\w+)"( class="all")?', shown) == [
        ("Wajir", ' class="all"'),
        ("Amina", ""),
    ]
    assert "6 of 5 · <b>used up</b>" in shown
    assert 'max="5" value="5"' in shown
    assert "3 other people: nothing this week" in shown


async def test_an_unknown_person_sees_the_panel_without_anything_of_theirs(
    visitor: Visitor,
) -> None:
    visitor.person, visitor.chat = NOBODY, 0

    assert await visitor.offers() == {*FAULTS, Trouble.TWICE, Trouble.REVERSED}


# --- Telegram's answers ---------------------------------------------------------------------------


async def send(visitor: Visitor) -> tuple[int, str] | str:
    """Send a message as the bot does; return status and kind of the answer, or what broke."""
    call = {"chat_id": AMINA, "text": "Hello"}
    address = f"{visitor.url}/bot{TOKEN}/sendMessage"
    patience = aiohttp.ClientTimeout(total=0.5)
    try:
        async with visitor.http.post(address, json=call, timeout=patience) as answer:
            return answer.status, answer.content_type
    except TimeoutError:
        return "silence"


@pytest.mark.parametrize(
    ("what", "outcome", "happened"),
    [
        (Trouble.TOO_MANY, (429, "application/json"), 0),
        (Trouble.SERVER_ERROR, (500, "application/json"), 0),
        (Trouble.HTML, (502, "text/html"), 0),
        (Trouble.SILENCE, "silence", 1),
    ],
)
async def test_a_fault_spoils_the_next_message_and_is_noted(
    what: Trouble,
    outcome: tuple[int, str] | str,
    happened: int,
    visitor: Visitor,
    telegram: FakeTelegram,
) -> None:
    status, answer = await visitor.press(what)
    queued = sections(await visitor.look())["faults"]
    spoiled = await send(visitor)
    log = len(telegram.outgoing_log)
    after = sections(await visitor.look())["faults"]

    assert (status, spoiled, log) == (200, outcome, happened)
    assert answer["said"].startswith("Ready.")
    assert ("data-queued" in queued, "data-queued" in after) == (True, False)
    assert re.findall(r'data-spoiled="([\w-]+)"', after) == [what]
    assert "<bdi>Amina Noor</bdi>" in after
    telegram.limits_on = False
    assert await send(visitor) == (200, "application/json")


async def test_faults_come_as_often_as_asked_and_are_cleared(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    await visitor.press("too-many", times=3)
    await visitor.press("html")
    queued = sections(await visitor.look())["faults"]

    status, _ = await visitor.press("clear")

    assert "Too many messages (429) × 3" in queued
    assert "(502) × 1" in queued
    assert (status, len(telegram.faults)) == (200, 0)


@pytest.mark.parametrize("times", [0, 4, -1])
async def test_a_fault_comes_once_to_three_times(
    times: int, visitor: Visitor, telegram: FakeTelegram
) -> None:
    status, _ = await visitor.press("too-many", times=times)

    assert (status, len(telegram.faults)) == (409, 0)


async def test_a_fault_that_somebody_else_queued_is_none_of_the_panels(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    telegram.faults.add(replace(FAULTS[Trouble.HTML], kind=FaultKind.RESET_BEFORE))

    assert "data-queued" not in await visitor.look()


# --- shut out -------------------------------------------------------------------------------------


async def test_the_bot_is_thrown_out_and_brought_back(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    steps = [(await visitor.press("kick"))[0], telegram.chat(GROUP).bot_place]
    offered = await visitor.offers()
    steps += [(await visitor.press("bring-back"))[0], telegram.chat(GROUP).bot_place]

    assert steps == [200, BotPlace.KICKED, 200, BotPlace.MEMBER]
    assert ("kick" in offered, "bring-back" in offered) == (False, True)


async def test_a_person_blocks_the_bot_and_takes_it_back(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    steps = [(await visitor.press("block"))[0], telegram.user(AMINA).has_blocked]
    offered = await visitor.offers()
    steps += [(await visitor.press("unblock"))[0], telegram.user(AMINA).has_blocked]

    assert steps == [200, True, 200, False]
    assert ("block" in offered, "unblock" in offered) == (False, True)


async def test_a_group_becomes_a_supergroup_a_forum_and_gets_topics(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    before = await visitor.offers()
    status, answer = await visitor.press("migrate")
    visitor.chat = answer["chat"]
    as_supergroup = await visitor.offers()
    await visitor.press("forum")
    opened, _ = await visitor.press("open-topic", name="Water")
    [general, water] = telegram.chat(visitor.chat).topics
    closed, _ = await visitor.press("close-topic", topic=water)
    as_forum = await visitor.offers()

    assert (status, opened, closed) == (200, 200, 200)
    assert [one.is_closed for one in telegram.chat(visitor.chat).topics.values()] == [False, True]
    changes = {"migrate", "forum", "open-topic", "close-topic", "reopen-topic"}
    assert [before & changes, as_supergroup & changes, as_forum & changes] == [
        {"migrate"},
        {"forum"},
        {"open-topic", "close-topic", "reopen-topic"},
    ]
    assert (await visitor.press("reopen-topic", topic=water))[0] == 200
    assert not telegram.chat(visitor.chat).topics[water].is_closed
    assert general == 1


@pytest.mark.parametrize(
    ("person", "chat", "what", "more"),
    [
        (AMINA, SUPERGROUP, "migrate", {}),
        (AMINA, GROUP, "bring-back", {}),
        (AMINA, GROUP, "forum", {}),
        (AMINA, GROUP, "open-topic", {"name": "Water"}),
        (AMINA, SUPERGROUP, "close-topic", {"topic": 1}),
        (AMINA, AMINA, "kick", {}),
        (AMINA, -77, "kick", {}),
        (STRANGER, GROUP, "kick", {}),
        (STRANGER, GROUP, "migrate", {}),
        (NOBODY, GROUP, "block", {}),
    ],
    ids=str,
)
async def test_what_telegram_does_not_allow_is_a_conflict_and_changes_nothing(
    person: int,
    chat: int,
    what: str,
    more: dict[str, object],
    visitor: Visitor,
    telegram: FakeTelegram,
) -> None:
    visitor.person, visitor.chat = person, chat
    updates = len(telegram.updates)

    status, answer = await visitor.press(what, **more)

    assert (status, list(answer)) == (409, ["error", "why"])
    assert len(telegram.updates) == updates


async def test_topics_have_names_of_their_own(visitor: Visitor, telegram: FakeTelegram) -> None:
    visitor.chat = SUPERGROUP
    telegram.make_forum(SUPERGROUP)

    found = [(await visitor.press("open-topic", name=name))[0] for name in ("Water", "Water", "")]

    assert found == [200, 409, 409]


@pytest.mark.parametrize("body", [{"what": "fire"}, {}, {"what": "kick", "person": "me"}])
async def test_an_unreadable_wish_is_a_bad_request(
    body: dict[str, object], visitor: Visitor
) -> None:
    async with visitor.http.post(f"{visitor.url}/page/trouble", json=body) as answer:
        assert answer.status == 400


# --- updates --------------------------------------------------------------------------------------


async def test_the_last_update_comes_twice(visitor: Visitor, telegram: FakeTelegram) -> None:
    status, _ = await visitor.press("twice")

    numbers = [update["update_id"] for update in telegram.updates.take(0, 100, START)]
    assert (status, len(numbers), len(set(numbers))) == (200, 2, 1)


async def test_two_updates_are_held_back_and_reversed_or_let_go(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    telegram.updates.clear()
    await visitor.press("reversed")
    holding = await visitor.offers()
    telegram.write(BARAKA, GROUP, "/when")
    held = telegram.updates.take(0, 100, START)
    await visitor.press("in-order")

    assert ("reversed" in holding, "in-order" in holding) == (False, True)
    assert (held, len(telegram.updates.take(0, 100, START))) == ([], 1)


async def test_a_journey_lets_go_what_is_held_back(
    visitor: Visitor, telegram: FakeTelegram
) -> None:
    await visitor.press("reversed")

    async with visitor.http.post(f"{visitor.url}/page/travel", json={"seconds": 60}) as answer:
        assert answer.status == 200

    assert not telegram.updates.is_reversing


async def test_every_button_says_what_to_expect(visitor: Visitor, controls: Controls) -> None:
    said = {
        what: controls.render("playground/done.txt", "en", what=what.value).strip()
        for what in Trouble
    }

    assert all(said.values())
    assert len(set(said.values())) == len(Trouble) - 2  # three faults are tried in the same way
