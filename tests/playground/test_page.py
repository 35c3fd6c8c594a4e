"""The chat page over real HTTP: what it shows, what it changes, and whom it lets in."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import aiohttp
import jinja2
import pytest
from yarl import URL

from bot.playground.page import Person, Spent, Tour
from bot.playground.panel import Behind
from bot.playground.server import PlaygroundServer
from bot.playground.stored import Box, Item, Stored, Told
from bot.playground.telegram import FakeTelegram
from tests.playground.files import png, wav
from tests.playground.world import (
    AMINA,
    BARAKA,
    GROUP,
    MARKUP,
    STRANGER,
    SUPERGROUP,
    CallApi,
    Get,
    Json,
    Post,
    StandingClock,
)

TEMPLATES = Path(__file__).parents[2] / "templates"


class Controls:
    """The program around the page: a clock, three people, the real template without a catalogue."""

    def __init__(self, clock: StandingClock) -> None:
        self.clock = clock
        self.due: datetime | None = None
        self.link: str | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )
        # jinja2 adds this method when the extension is loaded; its types do not know.
        self.templates.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self.templates.filters |= {
            "date": lambda day, year=False: f"{day:%a} {day.day} {day:%b}",
            "clock": lambda moment: f"{moment:%H:%M}",
            "number": str,
        }
        self.kept: tuple[Stored | None, Stored | None] = (None, None)
        self.told = Behind((), (), 0, (), 0, (), 0, timedelta(seconds=30))

    def zone(self) -> str:
        return "Africa/Nairobi"

    def people(self, language: str) -> Sequence[Person]:
        names = {AMINA: "Amina Noor", BARAKA: "Baraka", STRANGER: "Stranger"}
        return [Person(number, name, "member") for number, name in names.items()]

    async def first_link(self) -> str | None:
        return self.link

    def tour(self, language: str) -> Tour | None:
        return None

    async def next_due(self) -> datetime | None:
        return self.due

    async def spent(self, chat_id: int) -> Spent | None:
        return Spent(3, 5) if chat_id == GROUP else None

    async def behind(self) -> Behind:
        return self.told

    async def stored(self) -> tuple[Stored | None, Stored | None]:
        return self.kept

    async def travel(self, to: datetime) -> None:
        await self.gate.wait()
        self.clock.at = to

    def languages(self) -> Sequence[tuple[str, str]]:
        return [("en", "English"), ("sw", "Kiswahili")]

    def render(self, template: str, language: str, **facts: object) -> str:
        return self.templates.get_template(template).render(**facts)

    def assets(self) -> Path:
        return TEMPLATES / "playground"


@pytest.fixture
def controls(clock: StandingClock) -> Controls:
    """What the page is handed."""
    return Controls(clock)


@pytest.fixture
async def server(telegram: FakeTelegram, controls: Controls) -> AsyncIterator[PlaygroundServer]:
    """The world over HTTP, with its page."""
    async with PlaygroundServer(telegram, controls) as running:
        yield running


@pytest.fixture
def get(server: PlaygroundServer, http: aiohttp.ClientSession) -> Get:
    """Fetch JSON from the page's routes."""

    async def fetch(path: str) -> Json:
        async with http.get(server.url + path) as answer:
            assert answer.status == 200, path
            found: Json = await answer.json()
            return found

    return fetch


@pytest.fixture
def post(server: PlaygroundServer, http: aiohttp.ClientSession) -> Post:
    """Send JSON to the page's routes and return status and body."""

    async def send(path: str, **body: object) -> tuple[int, Json]:
        async with http.post(server.url + path, json=body) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else {}

    return send


# --- the page itself ------------------------------------------------------------------------------


class Scripts(HTMLParser):
    """Collects what a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.loaded += [str(found[name]) for name in ("src", "href") if name in found]
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.inline.append(tag)


async def test_page_loads_nothing_from_outside_and_runs_nothing_inline(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(server.url) as answer:
        body = await answer.text()
        policy = answer.headers["Content-Security-Policy"]

    scripts = Scripts()
    scripts.feed(body)
    assert sorted(scripts.loaded) == [
        "/page/page.css",
        "/page/page.js",
        "/page/panel.css",
        "/page/panel.js",
        "/page/tour.css",
        "data:,",
    ]
    assert scripts.inline == []
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data: blob:; media-src 'self' blob:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


async def test_words_of_the_page_are_readable_json(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/?language=sw") as answer:
        body = await answer.text()

    words = json.loads(body.split('id="words">')[1].split("</script>")[0])
    assert (words["language"], words["reply"]) == ("sw", "Reply")
    assert '<option value="sw" lang="sw" selected>Kiswahili</option>' in body


async def test_chosen_language_is_remembered_and_an_unknown_one_is_the_first(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        pages = []
        for query in ("?language=sw", "", "?language=xx"):
            async with browser.get(f"{server.url}/{query}") as answer:
                pages.append((await answer.text()).split('<html lang="')[1][:2])

    assert pages == ["sw", "sw", "en"]


@pytest.mark.parametrize(
    "name",
    [
        *("page.css", "page.js", "base.js", "panel.css"),
        *("stored.css", "stored.js"),
    ],
)
async def test_files_of_the_page_are_served(
    name: str, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/page/{name}") as answer:
        assert await answer.text() == (TEMPLATES / "playground" / name).read_text("utf-8")


def test_script_never_writes_markup() -> None:
    scripts = [path.read_text("utf-8") for path in (TEMPLATES / "playground").glob("*.js")]

    assert scripts
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML")
    assert not [word for script in scripts for word in forbidden if word in script]


@pytest.mark.parametrize(
    "name", ["page.html", "panel.html", "stored.html", "nothing.js", "..%2Fpage.js"]
)
async def test_nothing_else_of_the_folder_is_served(
    name: str, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(URL(f"{server.url}/page/{name}", encoded=True)) as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


# --- what it shows --------------------------------------------------------------------------------


async def test_state_tells_the_clock_the_people_and_the_chats(
    get: Get, telegram: FakeTelegram, clock: StandingClock
) -> None:
    telegram.write(BARAKA, GROUP, "good morning")

    state = await get(f"/page/state?person={AMINA}")

    assert (state["now"], state["zone"]) == (clock.at.isoformat(), "Africa/Nairobi")
    assert state["people"][0] == {
        "id": AMINA,
        "name": "Amina Noor",
        "label": "member",
        "group": "",
    }
    assert [(chat["title"], chat["kind"], chat["unread"]) for chat in state["chats"]] == [
        ("Baraza", "private", 0),
        ("Wajir", "group", 1),
        ("Garissa", "supergroup", 0),
    ]
    assert state["chats"][1]["last"]["text"] == "good morning"


async def test_state_without_a_person_is_the_first_ones(get: Get) -> None:
    assert (await get("/page/state"))["person"] == AMINA


async def test_chat_shows_a_message_whole(get: Get, api: CallApi, telegram: FakeTelegram) -> None:
    telegram.write(AMINA, GROUP, "/when")
    reply = {"message_id": 2}
    text = "<b>Thu</b> 3 Dec"
    await api(
        "sendMessage",
        chat_id=GROUP,
        text=text,
        parse_mode="HTML",
        reply_markup=MARKUP,
        reply_parameters=reply,
    )
    await api("setMyCommands", commands=[{"command": "when", "description": "When?"}])

    chat = await get(f"/page/chat?person={BARAKA}&chat={GROUP}&language=en")

    shown = chat["messages"][-1]
    assert (shown["text"], shown["entities"]) == (
        "Thu 3 Dec",
        [{"type": "bold", "offset": 0, "length": 3}],
    )
    assert shown["buttons"] == MARKUP["inline_keyboard"]
    assert shown["reply_to"] == {
        "id": 2,
        "kind": None,
        "author": "Amina Noor",
        "author_id": AMINA,
        "text": "/when",
    }
    assert chat["commands"] == [{"command": "when", "description": "When?"}]
    assert [shown[name] for name in ("asks", "protected", "forwarded")] == [None, False, None]


async def test_chat_shows_what_is_asked_for_protected_and_passed_on(
    get: Get, api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    prompt = {"force_reply": True, "input_field_placeholder": "Your words"}
    await api("sendMessage", chat_id=AMINA, text="Better?", reply_markup=prompt)
    telegram.forward(AMINA, AMINA, 2, to=AMINA)
    clock.move(5)
    await api("sendMessage", chat_id=AMINA, text="Raw words", protect_content=True)

    chat = await get(f"/page/chat?person={AMINA}&chat={AMINA}")

    names = ("text", "asks", "protected", "forwarded")
    asks = {"placeholder": "Your words", "is_selective": False}
    assert [tuple(shown[name] for name in names) for shown in chat["messages"][1:]] == [
        ("Better?", asks, False, None),
        # Only the bot asks; whoever passes that on does not.
        ("Better?", None, False, "Baraza"),
        ("Raw words", None, True, None),
    ]


async def test_chat_is_shown_only_to_its_members(get: Get, telegram: FakeTelegram) -> None:
    assert await get(f"/page/chat?person={STRANGER}&chat={GROUP}") is None

    telegram.migrate(GROUP)
    assert await get(f"/page/chat?person={AMINA}&chat={GROUP}") is None


async def test_migrated_group_shows_its_past_without_buttons(
    get: Get, api: CallApi, telegram: FakeTelegram
) -> None:
    await api("sendMessage", chat_id=GROUP, text="before", reply_markup=MARKUP)
    new = telegram.migrate(GROUP)

    chat = await get(f"/page/chat?person={AMINA}&chat={new}")

    assert [(one["text"], one["frozen"], one["buttons"]) for one in chat["messages"]] == [
        ("before", True, []),
        ("", True, []),
        ("", False, []),
    ]
    assert [one["service"] for one in chat["messages"]][1:] == [{"what": "migrated", "who": ""}] * 2


# --- what it changes ------------------------------------------------------------------------------


async def test_person_writes_replies_edits_and_reads(post: Post, telegram: FakeTelegram) -> None:
    written = await post("/page/write", person=AMINA, chat=GROUP, text=" one ")
    number = written[1]["message"]
    reply = {"person": BARAKA, "chat": GROUP, "text": "two", "reply_to": number}
    replied = await post("/page/write", **reply)
    await post("/page/edit", person=AMINA, chat=GROUP, message=number, text="changed")
    await post("/page/read", person=AMINA, chat=GROUP, message=replied[1]["message"])

    first, second = telegram.messages(GROUP)
    assert (first.text, first.edited, second.reply_to) == ("changed", True, number)
    assert telegram.unread(AMINA, GROUP) == 0


async def test_person_passes_a_message_on(post: Post, telegram: FakeTelegram) -> None:
    answer = await post("/page/forward", person=AMINA, chat=AMINA, message=1, to=GROUP)

    [copy] = telegram.messages(GROUP)
    assert answer == (200, {"message": copy.id})
    assert (copy.text, copy.author) == ("/start", "Amina Noor")


async def test_a_message_that_is_not_there_is_not_passed_on(post: Post) -> None:
    status, _ = await post("/page/forward", person=AMINA, chat=AMINA, message=99, to=GROUP)

    assert status == HTTPStatus.CONFLICT


async def test_tap_brings_back_what_the_bot_says(
    post: Post, api: CallApi, telegram: FakeTelegram
) -> None:
    sent = await api("sendMessage", chat_id=AMINA, text="Coming?", reply_markup=MARKUP)
    number = sent["result"]["message_id"]
    telegram.updates.clear()
    tap = asyncio.create_task(
        post("/page/tap", person=AMINA, chat=AMINA, message=number, data="yes")
    )

    answer = await api("getUpdates", timeout=5)
    query = answer["result"][0]["callback_query"]["id"]
    await api("answerCallbackQuery", callback_query_id=query, text="Thanks", show_alert=True)

    assert await tap == (200, {"toast": {"text": "Thanks", "show_alert": True}})


async def test_what_telegram_does_not_allow_is_a_conflict(post: Post) -> None:
    status, body = await post("/page/write", person=STRANGER, chat=GROUP, text="hello")

    assert (status, body["why"]) == (409, "not-in-chat")


@pytest.mark.parametrize(
    ("prepare", "body", "why"),
    [
        (lambda world: world.close_topic(SUPERGROUP, 1), {"chat": SUPERGROUP}, "topic-closed"),
        (lambda world: world.block(AMINA), {"chat": AMINA}, "blocked"),
        (lambda _: None, {"chat": GROUP, "text": "a" * 4097}, "text-too-long"),
        (lambda _: None, {"chat": GROUP, "reply_to": 999}, "other"),
    ],
    ids=["closed topic", "blocked", "too long", "something else"],
)
async def test_a_refusal_says_why_in_a_word(
    prepare: Callable[[FakeTelegram], object],
    body: Json,
    why: str,
    post: Post,
    telegram: FakeTelegram,
) -> None:
    telegram.make_forum(SUPERGROUP)
    prepare(telegram)

    status, answer = await post("/page/write", **{"person": AMINA, "text": "hello"} | body)

    assert (status, answer["why"]) == (409, why)


@pytest.mark.parametrize("body", ["{", "[]", '{"person": "x"}', '{"person": 11, "chat": -500}'])
async def test_unreadable_change_is_a_bad_request(
    body: str, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(f"{server.url}/page/write", data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_blocked_chat_says_so_and_is_unblocked(
    get: Get, post: Post, telegram: FakeTelegram
) -> None:
    telegram.block(AMINA)
    blocked = await get(f"/page/chat?person={AMINA}&chat={AMINA}")
    await post("/page/unblock", person=AMINA)

    assert blocked["blocked"] is True
    assert telegram.user(AMINA).has_blocked is False


# --- pictures, voice notes, files -----------------------------------------------------------------


@pytest.fixture
def attach(server: PlaygroundServer, http: aiohttp.ClientSession) -> Post:
    """Send a file through the page's route and return status and body."""

    async def send(content: bytes, **query: object) -> tuple[int, Json]:
        address = URL(f"{server.url}/page/attach").with_query({k: str(v) for k, v in query.items()})
        headers = {"Content-Type": "application/octet-stream"}
        async with http.post(address, data=content, headers=headers) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else {}

    return send


async def test_person_sends_a_picture_a_voice_note_and_a_file(attach: Post, get: Get) -> None:
    place = {"person": AMINA, "chat": GROUP}
    sent = [
        await attach(png(40, 30), **place, kind="photo", caption=" Griftu ", name="p.png"),
        await attach(wav(), **place, kind="voice", seconds=2),
        await attach(b"a,b", **place, kind="document", name="list.csv"),
    ]

    photo, voice, file = (await get(f"/page/chat?person={BARAKA}&chat={GROUP}"))["messages"]
    assert [status for status, _ in sent] == [200, 200, 200]
    assert [body["message"] for _, body in sent] == [photo["id"], voice["id"], file["id"]]
    assert (photo["text"], photo["photo"]) == (
        "Griftu",
        {"id": photo["photo"]["id"], "width": 40, "height": 30},
    )
    assert voice["voice"]["seconds"] == 2
    assert (file["file"]["name"], file["file"]["size"]) == ("list.csv", 3)


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (png(), "photo", "image/png"),
        (wav(), "voice", "audio/wav"),
        (png(), "document", "image/png"),
        (b"<svg onload='alert(1)'/>", "document", None),
        (b"<script>alert(1)</script>", "document", None),
    ],
    ids=["picture", "sound", "picture as a file", "svg", "html"],
)
async def test_only_pictures_and_sounds_are_shown_and_nothing_runs(
    content: bytes,
    kind: str,
    shown: str | None,
    attach: Post,
    server: PlaygroundServer,
    telegram: FakeTelegram,
    http: aiohttp.ClientSession,
) -> None:
    await attach(content, person=AMINA, chat=GROUP, kind=kind, name="x.html", seconds=1)
    [stored] = telegram.messages(GROUP)[-1].attached.values()
    file_id = (stored[0] if kind == "photo" else stored)["file_id"]

    async with http.get(f"{server.url}/page/file?id={file_id}") as answer:
        assert await answer.read() == content
    headers = answer.headers
    assert answer.content_type == (shown or "application/octet-stream")
    assert headers.get("Content-Disposition") == (None if shown else "attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


async def test_attachment_that_telegram_does_not_take_is_a_conflict(attach: Post) -> None:
    place = {"person": AMINA, "chat": GROUP}

    refused = [
        await attach(b"no picture", **place, kind="photo"),
        await attach(png(), **place, kind="voice"),
        await attach(b"", **place, kind="photo"),
        await attach(b"", **place, kind="voice"),
        await attach(b"", **place, kind="document", name="list.csv"),
        await attach(png(9000, 8000), **place, kind="photo"),
        await attach(png(), person=STRANGER, chat=GROUP, kind="photo"),
    ]
    assert {status for status, _ in refused} == {409}
    assert [body["why"] for _, body in refused] == [
        *["file-unreadable"] * 2,
        *["file-empty"] * 3,
        "file-too-big",
        "not-in-chat",
    ]
    assert (await attach(png(), **place, kind="sticker"))[0] == 400


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "image/png"])
async def test_file_of_another_site_is_not_taken(
    kind: str, server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram
) -> None:
    address = f"{server.url}/page/attach?person={AMINA}&chat={GROUP}&kind=photo"
    async with http.post(address, data=png(), headers={"Content-Type": kind}) as answer:
        assert answer.status == 415
    assert telegram.messages(GROUP) == []


# --- sent, read, typing ---------------------------------------------------------------------------


async def test_private_message_is_seen_once_the_bot_has_acknowledged_it(
    get: Get, api: CallApi, telegram: FakeTelegram
) -> None:
    telegram.updates.clear()
    telegram.write(AMINA, AMINA, "hello")
    place = f"/page/chat?person={AMINA}&chat={AMINA}"
    before = await get(place)

    [update] = (await api("getUpdates"))["result"]
    fetched = await get(place)
    await api("getUpdates", offset=update["update_id"] + 1)
    after = await get(place)

    states = [(one["messages"][-1]["is_seen"], one["bot_is_busy"]) for one in (before, fetched)]
    assert states == [(False, True), (False, True)]
    assert (after["messages"][-1]["is_seen"], after["bot_is_busy"]) == (True, False)


async def test_message_in_a_group_is_seen_once_somebody_else_has_read_it(
    get: Get, telegram: FakeTelegram
) -> None:
    number = telegram.write(AMINA, GROUP, "hello")
    telegram.read(AMINA, GROUP, number)
    place = f"/page/chat?person={AMINA}&chat={GROUP}"
    before = await get(place)
    telegram.read(BARAKA, GROUP, number)
    after = await get(place)

    assert [one["messages"][-1]["is_seen"] for one in (before, after)] == [False, True]
    assert after["read_up_to"] == number


async def test_typing_is_told_at_once_ends_with_the_message_and_changes_nothing(
    server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram, post: Post
) -> None:
    revision = telegram.revision
    async with http.get(f"{server.url}/page/events") as stream:
        quiet = await read_event(stream)
        assert await post("/page/typing", person=AMINA, chat=GROUP) == (200, {})
        begun = await read_event(stream)
        assert telegram.revision == revision
        await post("/page/write", person=AMINA, chat=GROUP, text="hello")
        over = await read_event(stream)

    assert (quiet["typing"], over["typing"]) == ([], [])
    [typist] = begun["typing"]
    assert (typist["chat_id"], typist["person"], typist["name"]) == (GROUP, AMINA, "Amina Noor")
    assert 0 < typist["seconds_left"] <= 5


async def test_stranger_is_not_seen_typing(post: Post) -> None:
    assert (await post("/page/typing", person=STRANGER, chat=GROUP))[0] == 409


async def test_acknowledgement_is_told(
    server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram, api: CallApi
) -> None:
    telegram.write(AMINA, AMINA, "hello")
    [*_, last] = (await api("getUpdates"))["result"]
    async with http.get(f"{server.url}/page/events") as stream:
        before = await read_event(stream)
        await api("getUpdates", offset=last["update_id"] + 1)
        after = await read_event(stream)

    assert before["taken"] < after["taken"]


# --- the clock ------------------------------------------------------------------------------------


async def test_clock_travels_by_seconds(post: Post, clock: StandingClock) -> None:
    start = clock.at

    status, body = await post("/page/travel", seconds=3600)

    assert (status, body) == (200, {"now": clock.at.isoformat(), "due": True})
    assert clock.at - start == timedelta(hours=1)


async def test_clock_travels_to_an_instant(post: Post, clock: StandingClock) -> None:
    wanted = clock.at + timedelta(days=2, microseconds=7)

    status, body = await post("/page/travel", to=wanted.isoformat())

    assert (status, body["now"], clock.at) == (200, wanted.isoformat(), wanted)


@pytest.mark.parametrize("to", ["soon", "2026-12-03T10:00:00"], ids=["no date", "no zone"])
async def test_an_instant_that_nobody_can_read_is_a_bad_request(
    to: str, post: Post, clock: StandingClock
) -> None:
    start = clock.at

    status, _ = await post("/page/travel", to=to)

    assert (status, clock.at) == (400, start)


async def test_clock_travels_to_what_is_due(
    post: Post, clock: StandingClock, controls: Controls
) -> None:
    controls.due = clock.at + timedelta(days=3)

    await post("/page/travel")

    assert clock.at == controls.due


async def test_clock_stays_when_nothing_is_due(post: Post, clock: StandingClock) -> None:
    start = clock.at

    _, body = await post("/page/travel")

    assert (body["due"], clock.at) == (False, start)


async def test_second_journey_waits_for_the_first(post: Post, get: Get, controls: Controls) -> None:
    controls.gate.clear()
    first = asyncio.create_task(post("/page/travel", seconds=60))
    await asyncio.sleep(0.1)

    second, _ = await post("/page/travel", seconds=60)
    busy = (await get("/page/state"))["travelling"]
    controls.gate.set()

    assert (second, busy, (await first)[0]) == (409, True, 200)
    assert (await get("/page/state"))["travelling"] is False


async def test_a_page_tells_the_first_link_and_the_bot_that_it_leads_to(
    get: Get, controls: Controls
) -> None:
    controls.link = "https://t.me/baraza_bot?start=code"

    state = await get("/page/state")

    assert (state["first_link"], state["bot"]) == (controls.link, "baraza_bot")


async def test_a_person_brings_the_bot_into_a_group(
    get: Get, post: Post, telegram: FakeTelegram
) -> None:
    telegram.add_group(-600, "Isiolo", members=[AMINA], has_bot=False)
    place = f"/page/chat?person={AMINA}&chat=-600"
    before = (await get(place))["has_bot"]

    assert await post("/page/add", person=AMINA, chat=-600) == (200, {})

    after = await get(place)
    assert (before, after["has_bot"]) == (False, True)
    assert after["messages"][-1]["service"]["what"] == "joined"
    assert (await post("/page/add", person=AMINA, chat=-600))[0] == 409


# --- events, and the door -------------------------------------------------------------------------


async def read_event(stream: aiohttp.ClientResponse) -> Json:
    line = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 3)
    news: Json = json.loads(line.removeprefix(b"data: "))
    return news


async def test_events_tell_at_once_and_at_every_change(
    server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram
) -> None:
    async with http.get(f"{server.url}/page/events") as stream:
        first = await read_event(stream)
        telegram.write(AMINA, GROUP, "hello")
        second = await read_event(stream)

    assert stream.content_type == "text/event-stream"
    assert first["revision"] < second["revision"] == telegram.revision


async def test_open_stream_does_not_hold_up_the_end(
    telegram: FakeTelegram, controls: Controls, http: aiohttp.ClientSession
) -> None:
    server = PlaygroundServer(telegram, controls)
    await server.start()
    async with http.get(f"{server.url}/page/events") as stream:
        await read_event(stream)
        async with asyncio.timeout(2):
            await server.close()


@pytest.mark.parametrize("path", ["/", "/page/state", "/page/events", "/page/page.js"])
async def test_other_host_names_are_refused(
    path: str, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    port = server.url.rsplit(":", 1)[1]
    for name, status in (("evil.test", 403), (f"localhost:{port}", 200)):
        async with http.get(server.url + path, headers={"Host": name}) as answer:
            assert answer.status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_forms_of_other_sites_change_nothing(
    kind: str, server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram
) -> None:
    body = json.dumps({"person": AMINA, "chat": GROUP, "text": "forged"})

    address = f"{server.url}/page/write"
    async with http.post(address, data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == 415
    assert telegram.messages(GROUP) == []


async def test_without_controls_there_is_only_the_bot_api(
    telegram: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    async with PlaygroundServer(telegram) as server, http.get(server.url) as answer:
        assert answer.status == 404


# --- what is stored of feedback -------------------------------------------------------------------


def kept(boxes: int, items: Sequence[Item] = ()) -> Stored:
    """Return what a program has stored of feedback."""
    return Stored(
        release_at=datetime(2026, 11, 29, 18, 0, tzinfo=UTC),
        number=3,
        columns=[("number", "3"), ("public_key", "ab" * 32)],
        boxes=[Box(f"{number:032x}", bytes([number]) * 40) for number in range(1, boxes + 1)],
        marks=[4711, 815],
        keys=["box-1a2b-3"],
        items=items,
        told=[Told("Late starts", "We begin at nine", [("published_at", "2026-12-01")])],
    )


async def test_every_stored_byte_of_feedback_is_shown_before_and_after_a_release(
    controls: Controls, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    columns = [("id", "77"), ("receipt", "cd" * 16), ("answered_at", "NULL")]
    item = Item(date(2026, 11, 23), "Wajir", "<b>Words</b>", "", "We will", columns)
    controls.kept = (kept(0, [item]), kept(2))
    async with http.get(f"{server.url}/page/stored") as answer:
        page = await answer.text()
    async with http.get(f"{server.url}/page/box?id={2:032x}") as answer:
        every_byte = bytes.fromhex(await answer.text())
    async with http.get(f"{server.url}/page/box?id=unknown") as answer:
        unknown = answer.status

    for shown in ("&lt;b&gt;Words&lt;/b&gt;", "Wajir", "We will", ">4711<"):
        assert shown in page
    for shown in ("id = 77", f"receipt = {'cd' * 16}", "answered_at = NULL"):
        assert f"<code>{shown}</code>" in page
    for shown in ("Late starts", "We begin at nine", f"<code>public_key = {'ab' * 32}</code>"):
        assert page.count(shown) == 2
    assert page.count("/page/box?id=") == 2
    assert "box-1a2b-3.key" in page
    assert "Just before the last release" in page
    assert every_byte == b"\x02" * 40
    assert unknown == HTTPStatus.NOT_FOUND


async def test_before_anything_is_stored_the_page_says_so(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/page/stored") as answer:
        assert "Nothing yet." in await answer.text()
