"""The chat page: a small messenger in the browser, to be any person of the playground.

The page asks for what it shows and is told over server-sent events when to ask again, so a lost
connection costs nothing. Nothing but this machine can drive it: the server checks the Host
header, every change must come as JSON (which no other site can send unasked), and the page runs
only its own scripts.
"""

import asyncio
import json
import mimetypes
import textwrap
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.playground import attachments
from bot.playground.panel import Backstage, Panel, Trouble, Wish
from bot.playground.people import Impossible
from bot.playground.presence import Typing
from bot.playground.state import BotPlace, Chat, Json, Message
from bot.playground.stored import Stored
from bot.playground.telegram import FakeTelegram

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data: blob:; media-src 'self' blob:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_HEX_WIDTH = 36
"""Characters of a line of bytes that a small phone shows."""
_ASSET_TYPES = {".css": "text/css", ".js": "text/javascript"}
_INLINE_ONLY = "default-src 'none'; sandbox"
"""The policy of a picture or sound that is opened by itself: it runs nothing."""
_SHOWN = 300
_HEARTBEAT = 5.0
_LONGEST_NAME = 200
_TOAST_WITHIN = 10.0


@dataclass(frozen=True)
class Person:
    """Somebody the visitor can be: their Telegram id, name, and what they are in a few words."""

    id: int
    name: str
    label: str
    group: str = ""
    """The heading under which they stand in the list; empty: none."""


@dataclass(frozen=True)
class Spent:
    """How many messages the bot has said unasked in a chat this week, and how many it may."""

    made: int
    limit: int


@dataclass(frozen=True)
class Tour:
    """Whom the guided tour makes of the visitor, and where: a group's chat and its name."""

    chat: int
    group: str
    lead: Person
    partner: Person
    other_partner: Person


class Controls(Backstage, Protocol):
    """What the page needs from the program around the playground."""

    def zone(self) -> str:
        """Return the IANA time zone in which the page shows every time."""

    def people(self, language: str) -> Sequence[Person]:
        """Return whom the visitor can be, in the order of the list, labelled in a language."""

    def tour(self, language: str) -> Tour | None:
        """Return what the guided tour needs; None where there is nothing to be shown around in."""

    async def first_link(self) -> str | None:
        """Return the deep link that begins everything, as long as nobody has used it."""

    async def next_due(self) -> datetime | None:
        """Return when something will happen next by itself, or None."""

    async def spent(self, chat_id: int) -> Spent | None:
        """Return what the bot has said unasked in a chat this week; None if nobody counts."""

    async def stored(self) -> tuple[Stored | None, Stored | None]:
        """Return what is stored of feedback now, and what was just before the last release."""

    async def travel(self, to: datetime) -> None:
        """Move the clock to an instant; return when all that was due has been done."""

    def languages(self) -> Sequence[tuple[str, str]]:
        """Return the page's languages: code and own name."""

    def render(self, template: str, language: str, **facts: object) -> str:
        """Return a template (a path under `templates/`) as HTML in a language."""

    def assets(self) -> Path:
        """Return the folder that holds the page's styles and scripts."""


class Page:
    """The routes of the chat page."""

    def __init__(self, telegram: FakeTelegram, controls: Controls) -> None:
        """Show `telegram`; everything that is not Telegram comes from `controls`."""
        self._telegram = telegram
        self._controls = controls
        self._panel = Panel(telegram, controls)
        self._travels = asyncio.Lock()
        self._typing = Typing(time.monotonic)
        self._is_closing = False

    def add_routes(self, application: web.Application) -> None:
        """Put the page at `/`, its files and its data under `/page/`."""
        router = application.router
        router.add_get("/", self._show)
        router.add_get("/page/state", self._state)
        router.add_get("/page/chat", self._chat)
        router.add_get("/page/file", self._file)
        router.add_get("/page/events", self._events)
        router.add_post("/page/attach", self._attach)
        router.add_get("/page/panel", self._show_panel)
        router.add_get("/page/stored", self._show_stored)
        router.add_get("/page/box", self._box)
        router.add_get("/page/{name:[a-z]+\\.(?:css|js)}", self._asset)
        for name, change in (
            ("write", self._write),
            ("edit", self._edit),
            ("forward", self._forward),
            ("tap", self._tap),
            ("typing", self._type),
            ("read", self._read),
            ("unblock", self._unblock),
            ("add", self._add),
            ("travel", self._travel),
            ("trouble", self._trouble),
        ):
            router.add_post(f"/page/{name}", _changes(change))

    def close(self) -> None:
        """Let every open stream of events end."""
        self._is_closing = True
        self._telegram.wake()

    async def _show(self, request: web.Request) -> web.Response:
        language = self._language(request)
        body = self._controls.render(
            "playground/page.html",
            language,
            chosen=language,
            languages=list(self._controls.languages()),
            tour=self._controls.tour(language),
        )
        response = web.Response(text=body, content_type="text/html", headers=_SECURITY)
        response.set_cookie("language", language, samesite="Strict", httponly=True)
        return response

    def _language(self, request: web.Request) -> str:
        """Return the language that was asked for, now or before; else the first one."""
        languages = [code for code, _ in self._controls.languages()]
        asked = request.query.get("language", request.cookies.get("language", ""))
        return asked if asked in languages else languages[0]

    async def _asset(self, request: web.Request) -> web.Response:
        path = self._controls.assets() / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        kind = _ASSET_TYPES[path.suffix]
        body = path.read_text(encoding="utf-8")
        return web.Response(text=body, content_type=kind, headers=_SECURITY)

    async def _state(self, request: web.Request) -> web.Response:
        """Return the clock, whom one can be, and the chats of the person one is."""
        people = self._controls.people(self._language(request))
        person = _number(request, "person", people[0].id if people else 0)
        return _json(
            {
                "revision": self._telegram.revision,
                "now": self._telegram.now().isoformat(),
                "zone": self._controls.zone(),
                "travelling": self._travels.locked(),
                "bot": self._telegram.bot.username,
                "bot_name": self._telegram.bot.name,
                "largest_file": attachments.FILE_BYTES,
                "first_link": await self._controls.first_link(),
                "people": [vars(somebody) for somebody in people],
                "person": person,
                "chats": [self._summary(chat, person) for chat in self._telegram.chats_of(person)],
            }
        )

    async def _chat(self, request: web.Request) -> web.Response:
        """Return the messages of one chat, the menu of commands, and what was said before.

        The answer is null for a chat in which the person is not, or is no longer.
        """
        person, chat_id = _number(request, "person"), _number(request, "chat")
        chat = self._telegram.find_chat(chat_id)
        if chat is None or chat not in self._telegram.chats_of(person):
            return _json(None)
        untaken = self._telegram.updates.messages_in(chat_id)
        seen = self._telegram.seen_by_others(person, chat_id)
        messages = [
            self._message(message)
            # In private the other one is the bot, which has read what it has acknowledged.
            | {"is_seen": message.id <= seen if chat.is_group else message.id not in untaken}
            for message in self._telegram.messages(chat_id)
        ]
        before = []
        if chat.migrated_from is not None:
            earlier = self._telegram.messages(chat.migrated_from)
            before = [
                self._message(message, frozen=True) | {"is_seen": True} for message in earlier
            ]
        user = self._telegram.user(person)
        language = request.query.get("language", user.language_code or "")
        spent = await self._controls.spent(chat_id)
        return _json(
            {
                **self._summary(chat, person),
                "messages": [*before, *messages][-_SHOWN:],
                "read_up_to": chat.read_up_to.get(str(person), 0),
                "bot_is_busy": bool(untaken),
                "commands": self._telegram.menu(person, chat_id, language),
                "blocked": not chat.is_group and user.has_blocked,
                "spent": None if spent is None else vars(spent),
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream the number of the newest change, and the clock, as long as somebody listens."""
        response = web.StreamResponse(
            headers={**_SECURITY, "Content-Type": "text/event-stream; charset=utf-8"}
        )
        await response.prepare(request)
        while not self._is_closing:
            revision, typed = self._telegram.revision, self._typing.changes
            news = {
                "revision": revision,
                "taken": self._telegram.updates.taken,
                "now": self._telegram.now().isoformat(),
                "travelling": self._travels.locked(),
                "typing": [
                    vars(typist) | {"name": self._telegram.user(typist.person).name}
                    for typist in self._typing.now()
                ],
            }
            taken = news["taken"]
            try:
                await response.write(f"data: {json.dumps(news)}\n\n".encode())
            except ConnectionError:
                break
            # What only wakes, and counts as no change, may have come while this was written.
            if (typed, taken) == (self._typing.changes, self._telegram.updates.taken):
                await self._telegram.changed(revision, _HEARTBEAT)
            # A burst of changes (a travelled week) becomes a few redraws, not hundreds.
            await asyncio.sleep(0.03)
        return response

    async def _write(self, body: Json) -> Json:
        self._typing.stop(_whole(body, "chat"), _whole(body, "person"))
        reply_to = _whole(body, "reply_to") if body.get("reply_to") is not None else None
        topic = _whole(body, "topic") if body.get("topic") is not None else None
        number = self._telegram.write(
            _whole(body, "person"),
            _whole(body, "chat"),
            _line(body, "text"),
            reply_to=reply_to,
            topic=topic,
        )
        return {"message": number}

    async def _type(self, body: Json) -> Json:
        """Let the others in a chat see that somebody is typing."""
        chat, person = _whole(body, "chat"), _whole(body, "person")
        found = self._telegram.find_chat(chat)
        if found is None or person not in found.members:
            raise web.HTTPConflict
        self._typing.note(chat, person)
        self._telegram.wake()
        return {}

    async def _attach(self, request: web.Request) -> web.Response:
        """Send a picture, a voice note or a file: the body is its content, the address the rest."""
        # As with JSON: another site cannot send this type without asking the browser first.
        if request.content_type != "application/octet-stream":
            raise web.HTTPUnsupportedMediaType
        person, chat = _number(request, "person"), _number(request, "chat")
        content, query = await request.read(), request.query
        self._typing.stop(chat, person)
        beside: dict[str, Any] = {
            "caption": query.get("caption", "").strip(),
            "reply_to": _number(request, "reply_to") or None,
            "topic": _number(request, "topic") or None,
        }
        try:
            match query.get("kind"):
                case "photo":
                    number = self._telegram.send_photo(person, chat, content, **beside)
                case "voice":
                    beside["seconds"] = _number(request, "seconds")
                    number = self._telegram.send_voice(person, chat, content, **beside)
                case "document":
                    beside["name"] = name = query.get("name", "")[:_LONGEST_NAME] or "file"
                    beside["kind"] = mimetypes.guess_type(name)[0] or "application/octet-stream"
                    number = self._telegram.send_document(person, chat, content, **beside)
                case _:
                    raise web.HTTPBadRequest
        except Impossible as error:
            return _refusal(error)
        return _json({"message": number})

    async def _edit(self, body: Json) -> Json:
        person, chat, message = (_whole(body, name) for name in ("person", "chat", "message"))
        self._telegram.edit(person, chat, message, _line(body, "text"))
        return {}

    async def _forward(self, body: Json) -> Json:
        """Pass a message on to another chat."""
        person, chat, message = (_whole(body, name) for name in ("person", "chat", "message"))
        number = self._telegram.forward(person, chat, message, to=_whole(body, "to"))
        return {"message": number}

    async def _tap(self, body: Json) -> Json:
        """Press a button and return what the bot says, if it says something in time."""
        person, chat, message = (_whole(body, name) for name in ("person", "chat", "message"))
        query = self._telegram.tap(person, chat, message, _line(body, "data"))
        toast = await self._telegram.wait_for_toast(query, _TOAST_WITHIN)
        return {"toast": None if toast is None else vars(toast)}

    async def _read(self, body: Json) -> Json:
        person, chat, message = (_whole(body, name) for name in ("person", "chat", "message"))
        self._telegram.read(person, chat, message)
        return {}

    async def _unblock(self, body: Json) -> Json:
        self._telegram.unblock(_whole(body, "person"))
        return {}

    async def _add(self, body: Json) -> Json:
        """Let a person bring the bot into a group."""
        self._telegram.bring_back(_whole(body, "chat"), by=_whole(body, "person"))
        return {}

    async def _show_panel(self, request: web.Request) -> web.Response:
        """Return what is behind the scenes, for the person and the chat that are open."""
        person, chat = _number(request, "person"), _number(request, "chat")
        return _json({"html": await self._panel.html(self._language(request), person, chat)})

    async def _show_stored(self, request: web.Request) -> web.Response:
        """Show every stored byte of feedback, and ask who wrote it."""
        language = self._language(request)
        now, before = await self._controls.stored()
        body = self._controls.render(
            "playground/stored.html", language, chosen=language, stored=now, before=before
        )
        return web.Response(text=body, content_type="text/html", headers=_SECURITY)

    async def _box(self, request: web.Request) -> web.Response:
        """Give every byte of a sealed box, as text."""
        wanted = request.query.get("id", "")
        found = [one.box(wanted) for one in await self._controls.stored() if one is not None]
        box = next((one for one in found if one is not None), None)
        if box is None:
            raise web.HTTPNotFound
        lines = "\n".join(textwrap.wrap(box.sealed.hex(" ", 4), _HEX_WIDTH))
        return web.Response(text=lines, content_type="text/plain", headers=_SECURITY)

    async def _trouble(self, body: Json) -> Json:
        """Let Telegram, or a person, make it hard for the bot; return what to expect."""
        try:
            what = Trouble(_line(body, "what"))
        except ValueError as error:
            raise web.HTTPBadRequest from error
        wish = Wish(
            what,
            person=_whole(body, "person"),
            chat=_whole(body, "chat"),
            times=_whole(body, "times") if "times" in body else 1,
            topic=_whole(body, "topic") if "topic" in body else 0,
            name=_line(body, "name") if "name" in body else "",
        )
        return self._panel.make(wish, _line(body, "language"))

    async def _travel(self, body: Json) -> Json:
        """Move the clock by `seconds`, to an instant, or to what is due next if none is given."""
        to = _instant(body, "to") if "to" in body else None
        if self._travels.locked():
            raise web.HTTPConflict
        async with self._travels:
            # A journey begins when the bot has had all updates: none may be held back.
            self._telegram.reverse_updates(is_wanted=False)
            if "seconds" in body:
                ahead = timedelta(seconds=_whole(body, "seconds"))
                to = self._telegram.now() + ahead
            elif to is None:
                to = await self._controls.next_due()
            if to is not None:
                await self._controls.travel(to)
        self._telegram.announce()
        return {"now": self._telegram.now().isoformat(), "due": to is not None}

    def _summary(self, chat: Chat, person: int) -> Json:
        messages = self._telegram.messages(chat.id)
        return {
            "id": chat.id,
            "was": chat.migrated_from,
            "kind": chat.kind.value,
            "title": chat.title if chat.is_group else self._telegram.bot.name,
            "people": len(chat.members),
            "has_bot": chat.bot_place is BotPlace.MEMBER,
            "revision": chat.revision,
            "unread": self._telegram.unread(person, chat.id),
            "last": self._message(messages[-1]) if messages else None,
            "topics": [vars(topic) for topic in chat.topics.values()],
        }

    def _topic(self, message: Message) -> str | None:
        """Return the name of the topic in which a message stands, if it is not the general one."""
        topic = self._telegram.chat(message.chat_id).topics.get(message.topic or 0)
        return None if topic is None else topic.name

    async def _file(self, request: web.Request) -> web.Response:
        """Give a file that stands in a chat.

        Only a picture or a sound, known by what it holds, may be shown; all else is to be kept.
        """
        content = self._telegram.file(request.query.get("id", ""))
        if content is None:
            raise web.HTTPNotFound
        kind = attachments.media_type(content)
        headers = {**_SECURITY, "Content-Security-Policy": _INLINE_ONLY}
        if kind is None:
            headers["Content-Disposition"] = "attachment"
        return web.Response(
            body=content, content_type=kind or "application/octet-stream", headers=headers
        )

    def _message(self, message: Message, *, frozen: bool = False) -> Json:
        replied = None
        if message.reply_to is not None:
            replied = self._telegram.message(message.chat_id, message.reply_to)
        return {
            "id": message.id,
            "key": f"{message.chat_id}/{message.id}",
            "author": message.author,
            "author_id": message.author_id,
            "is_bot": message.author_id == self._telegram.bot.id,
            "at": message.date.isoformat(),
            # A sticker has no words; its emoji says enough here.
            "text": message.text or message.service.get("sticker", {}).get("emoji", ""),
            "entities": [entity.as_record() for entity in message.entities],
            "buttons": [] if frozen else message.keyboard,
            "reply_to": None if replied is None else _quote(replied),
            "edited": message.edited,
            "service": _service(message.service),
            "reactions": message.reactions,
            "silent": message.is_silent,
            "protected": message.is_protected,
            "forwarded": None if message.origin is None else message.origin.author,
            # The reply that the bot asks for; what it asks for in a message of long ago is over.
            "asks": None if frozen or not message.force_reply else vars(message.force_reply),
            "frozen": frozen,
            "topic": self._topic(message),
            "file": _file(message.document),
            "photo": _photo(message),
            "voice": _voice(message.voice),
        }


def _file(document: Json | None) -> Json | None:
    """Return what the page shows of a file, and by what it is fetched."""
    if document is None:
        return None
    names = {"id": "file_id", "name": "file_name", "size": "file_size"}
    return {shown: document[name] for shown, name in names.items()}


def _photo(message: Message) -> Json | None:
    """Return by what the largest size of a picture is fetched, and its sides in pixels."""
    if not message.photo:
        return None
    largest = message.photo[-1]
    return {"id": largest["file_id"], "width": largest["width"], "height": largest["height"]}


def _voice(voice: Json | None) -> Json | None:
    """Return by what a voice note is fetched, and its length."""
    return None if voice is None else {"id": voice["file_id"], "seconds": voice["duration"]}


def _quote(message: Message) -> Json:
    return {
        "id": message.id,
        "kind": next(iter(message.attached), None),
        "author": message.author,
        "author_id": message.author_id,
        "text": message.text[:120],
    }


_SERVICES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "new_chat_members": ("joined", lambda people: str(people[0]["first_name"])),
    "left_chat_member": ("left", lambda person: str(person["first_name"])),
    "forum_topic_created": ("topic_opened", lambda topic: str(topic["name"])),
    "forum_topic_closed": ("topic_closed", lambda _: ""),
    "forum_topic_reopened": ("topic_reopened", lambda _: ""),
    "new_chat_title": ("renamed", str),
    "migrate_to_chat_id": ("migrated", lambda _: ""),
    "migrate_from_chat_id": ("migrated", lambda _: ""),
}


def _service(service: Json) -> Json | None:
    """Return what happened, and to whom; the page has the words."""
    for name, (what, who) in _SERVICES.items():
        if name in service:
            return {"what": what, "who": who(service[name])}
    return None


def _changes(
    change: Callable[[Json], Awaitable[Json]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Wrap what changes something: JSON in, JSON out, 409 for what Telegram would not allow."""

    async def handle(request: web.Request) -> web.Response:
        # A form of another site cannot send this type without asking the browser first.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            body = await request.json()
        except ValueError as error:
            raise web.HTTPBadRequest from error
        if not isinstance(body, dict):
            raise web.HTTPBadRequest
        try:
            return _json(await change(body))
        except Impossible as error:
            return _refusal(error)

    return handle


def _refusal(error: Impossible) -> web.Response:
    """Say what Telegram would not allow; for `why` the page has the words."""
    return _json({"error": str(error), "why": error.why.value}, status=409)


def _whole(body: Json, name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int):
        raise web.HTTPBadRequest
    return value


def _instant(body: Json, name: str) -> datetime:
    try:
        when = datetime.fromisoformat(_line(body, name))
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if when.tzinfo is None:
        raise web.HTTPBadRequest
    return when


def _line(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise web.HTTPBadRequest
    return value.strip()


def _number(request: web.Request, name: str, default: int = 0) -> int:
    value = request.query.get(name, "")
    return int(value) if value.removeprefix("-").isdecimal() else default


def _json(body: Json | None, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers=_SECURITY)
