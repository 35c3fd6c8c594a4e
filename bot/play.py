"""The playground's side of the house: where it lives, the clock, and what the chat page asks for.

Everything lives in a directory of its own: the small Telegram in `telegram.db`, the bot in
`baraza.db`, and how far the clock has jumped in `clock.json`. What it begins with is the seed.
"""

import asyncio
import json
import shutil
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import typer

from bot import app, behind, stored
from bot.clock import SystemClock, VirtualClock
from bot.migrations import upgrade
from bot.playground.page import Person, Spent, Tour
from bot.playground.panel import Behind
from bot.playground.server import HOST, PlaygroundServer
from bot.playground.stored import Stored
from bot.playground.telegram import FakeTelegram
from bot.rendering.messages import renderer
from bot.resources import folder
from bot.seed import history, structure
from bot.seed.life import live, settled
from bot.seed.people import GROUP_CHAT, ONE_COUNTY, TOKEN, WHOLE, ZONE, Seeded
from bot.services import budget, invitations
from bot.settings import SettingWrong

TOUR_PEOPLE = (10, 102, 104)
"""A lead and two partners of the group that the guided tour shows."""
LONG_POLL = timedelta(seconds=20)
TELEGRAM_FILE, BOT_FILE, CLOCK_FILE = "telegram.db", "baraza.db", "clock.json"
DATABASES = (TELEGRAM_FILE, BOT_FILE)
UNFINISHED = "unfinished"
"""The folder in which a new world comes to be; one that is found there was never finished."""
KEYS = "keys"
"""The folder of the key files."""
LIVING = "A new playground: its people live through three months first. This takes some seconds …"


async def play(
    directory: Path, *, port: int, fresh: bool, is_empty: bool = False, language: str | None = None
) -> None:
    """Run the playground until it is interrupted; an empty one has people, but no coalition yet.

    Raises:
        SettingWrong: the port cannot be used.
    """
    # Before a world is lived or forgotten for nothing.
    _try_port(port)
    if fresh or not (directory / TELEGRAM_FILE).exists():
        await begin(directory, is_empty=is_empty)
    clock = _clock(directory)
    database_url = _database_url(directory)
    await asyncio.to_thread(upgrade, database_url)
    telegram = FakeTelegram(clock.now, directory / TELEGRAM_FILE)
    controls = Controls(telegram, clock, directory, is_empty=is_empty)
    server = PlaygroundServer(telegram, controls)
    try:
        await server.start(port)
    except OSError as error:
        raise _port_taken(port, error) from error
    try:
        async with app.program(
            database_url=database_url,
            token=TOKEN,
            api_address=server.url,
            clock=clock,
            key_dir=directory / KEYS,
            long_poll=LONG_POLL,
        ) as program:
            # Whoever plays should not be asked what they mean because the page was opened anew.
            program.intake.confidence.be_sure()
            controls.program = program
            controls.link = await app.first_link(program) if is_empty else None
            address = f"{server.url}/?language={language}" if language else server.url
            typer.echo(f"Baraza's playground: open {address} in your browser. Ctrl+C stops it.")
            await app.run_until_told(program)
    finally:
        await server.close()
        telegram.close()


class Controls:
    """What the chat page asks of the program around the small Telegram."""

    def __init__(
        self,
        telegram: FakeTelegram,
        clock: VirtualClock,
        directory: Path,
        *,
        is_empty: bool = False,
    ) -> None:
        """Answer for a playground that lives in `directory`; `program` is set when it runs."""
        self._is_empty = is_empty
        self._telegram = telegram
        self._clock = clock
        self._directory = directory
        self.program: app.Program | None = None
        self._before: Stored | None = None
        self.link: str | None = None
        """What makes whoever opens it the operator; None once somebody did."""

    def zone(self) -> str:
        """Return the time zone of the seeded county."""
        return ZONE

    def people(self, language: str) -> Sequence[Person]:
        """Return whom the visitor can be, and what they are in a few words of a language."""
        here = {somebody.id for somebody in self._telegram.people()}
        team = self._label(WHOLE.team[0], language)
        shown = [(p, group.name, group.is_county) for group in WHOLE.groups for p in group.people]
        return [
            *(
                Person(p.id, p.name, self._label(p, language, is_county=is_county), name)
                for p, name, is_county in shown
                if p.id in here
            ),
            *(Person(p.id, p.name, "", team) for p in WHOLE.team if p.id in here),
            *(Person(p.id, p.name, self._label(p, language)) for p in WHOLE.visitors),
        ]

    def tour(self, language: str) -> Tour | None:
        """Return the people of the guided tour; an empty playground has nothing to show yet."""
        if self._is_empty:
            return None
        people = {person.id: person for person in self.people(language)}
        lead, partner, other = (people[one] for one in TOUR_PEOPLE)
        chat = self._telegram.chat(GROUP_CHAT)
        return Tour(chat.migrated_to or chat.id, chat.title, lead, partner, other)

    async def next_due(self) -> datetime | None:
        """Return when something will happen next by itself that a visitor notices."""
        if self.program is None:
            return None
        async with self.program.toolbox.database.transaction() as session:
            moments = [await behind.next_due(session), self.program.toolbox.sender.next_at]
        return min((moment for moment in moments if moment is not None), default=None)

    async def spent(self, chat_id: int) -> Spent | None:
        """Return what the bot has said unasked in a chat this week."""
        if self.program is None:
            return None
        async with self.program.toolbox.database.transaction() as session:
            found = await budget.of_chat(session, chat_id, self._clock.now())
        return None if found is None else Spent(found.made, found.limit)

    async def behind(self) -> Behind:
        """Return what no chat shows."""
        assert self.program is not None
        async with self.program.toolbox.database.transaction() as session:
            return await behind.behind(session, self._clock.now())

    async def stored(self) -> tuple[Stored | None, Stored | None]:
        """Return what is stored of feedback now, and what was just before the last release."""
        assert self.program is not None
        toolbox = self.program.toolbox
        async with toolbox.database.transaction() as session:
            now = await stored.stored(session, toolbox.keys)
        before = self._before
        # A release that came by itself, with the time that passes, has no picture before it.
        is_last = now is not None and before is not None and before.number == now.number - 1
        return now, before if is_last else None

    async def travel(self, to: datetime) -> None:
        """Jump, by way of everything that falls due until then."""
        assert self.program is not None
        await settled(self._telegram)
        # In the time that passes the housekeeping would have come round.
        await self.program.ticker.tidy()
        await self._travel_by_releases(self.program, to)
        await self.program.travel(self._clock, to)
        _remember(self._directory, self._clock)

    async def _travel_by_releases(self, program: app.Program, to: datetime) -> None:
        """Jump to the last release until `to`, and look at what is stored right before it."""
        number = 0
        while True:
            present, _ = await self.stored()
            if present is None or present.release_at > to or present.number == number:
                return
            number = present.number
            right_before = present.release_at - timedelta(seconds=1)
            if right_before > self._clock.now():
                await program.travel(self._clock, right_before)
            self._before, _ = await self.stored()
            if present.release_at > self._clock.now():
                await program.travel(self._clock, present.release_at)
            else:
                await program.settle()

    async def first_link(self) -> str | None:
        """Return the operator's link as long as nobody has used it."""
        if self.link is not None and self.program is not None:
            database = self.program.toolbox.database
            if await database.run(invitations.has_operator):
                self.link = None
        return self.link

    def languages(self) -> Sequence[tuple[str, str]]:
        """Return the languages that have a catalogue, with their own names."""
        catalogues = renderer().catalogues
        return [(code, catalogues.name_of(code)) for code in catalogues.languages]

    def render(self, template: str, language: str, **facts: object) -> str:
        """Return a page in a language."""
        return renderer().page(template, language=language, **facts)

    def _label(self, person: Seeded, language: str, *, is_county: bool = True) -> str:
        template = "playground/person.txt"
        return self.render(template, language, person=person, is_county=is_county).strip()

    def assets(self) -> Path:
        """Return where the page's style and script are."""
        return folder("templates") / "playground"


def language_of(wish: str) -> str:
    """Return the language in which the page opens for a wish: `sw` for `SW` and for `sw_KE`.

    Raises:
        SettingWrong: the page does not speak it; the sentence names what it speaks.
    """
    catalogues = renderer().catalogues
    asked = _folded(wish)
    written = {_folded(code): code for code in catalogues.languages}
    for code in (asked, asked.split("-")[0]):
        if code in written:
            return written[code]
    spoken = ", ".join(f"{code} ({catalogues.name_of(code)})" for code in catalogues.languages)
    message = f"the playground does not speak {wish!r} yet; --lang can be: {spoken}"
    raise SettingWrong(message)


def _folded(code: str) -> str:
    return code.replace("_", "-").casefold()


def _try_port(port: int) -> None:
    with socket.socket() as trial:
        # As the server does: a port that was in use a moment ago is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            raise _port_taken(port, error) from error


def _port_taken(port: int, error: OSError) -> SettingWrong:
    message = f"port {port} cannot be used ({error.strerror}): choose another with --port"
    return SettingWrong(message)


async def begin(directory: Path, *, is_empty: bool = False) -> None:
    """Forget what was played, and let a new world come to be.

    It becomes one beside its place: whatever is interrupted on the way is begun again.
    """
    if not is_empty:
        # Not where the address is read.
        typer.echo(LIVING, err=True)
    _clear(directory)
    unfinished = directory / UNFINISHED
    unfinished.mkdir()
    now = SystemClock().now()
    database_url = _database_url(unfinished)
    await asyncio.to_thread(upgrade, database_url)
    if is_empty:
        telegram = FakeTelegram(lambda: now, unfinished / TELEGRAM_FILE)
        structure.add_to(telegram, ONE_COUNTY, is_empty=True)
        telegram.close()
    else:
        await live(
            WHOLE,
            history.acts(now),
            telegram_file=unfinished / TELEGRAM_FILE,
            database_url=database_url,
            key_dir=unfinished / KEYS,
            since=now - timedelta(days=history.DAYS + 1),
            until=now,
        )
    (unfinished / KEYS).mkdir(exist_ok=True)
    # The small Telegram comes last: where it is, all is there.
    for name in (KEYS, BOT_FILE, TELEGRAM_FILE):
        (unfinished / name).rename(directory / name)
    unfinished.rmdir()


def _database_url(directory: Path) -> str:
    return f"sqlite+aiosqlite:///{directory / BOT_FILE}"


def _clock(directory: Path) -> VirtualClock:
    """Return a clock that flows on from where it was when the playground was last open."""
    ahead = 0.0
    with suppress(FileNotFoundError, ValueError, KeyError):
        ahead = float(json.loads((directory / CLOCK_FILE).read_text())["seconds_ahead"])
    return VirtualClock(SystemClock().now() + timedelta(seconds=ahead), flows=True)


def _remember(directory: Path, clock: VirtualClock) -> None:
    ahead = (clock.now() - SystemClock().now()).total_seconds()
    (directory / CLOCK_FILE).write_text(json.dumps({"seconds_ahead": ahead}))


def _clear(directory: Path) -> None:
    """Forget what was played; the lock file stays, because this program holds it."""
    for name in (UNFINISHED, KEYS):
        shutil.rmtree(directory / name, ignore_errors=True)
    # The small Telegram first: a world without it has never begun.
    for path in sorted(directory.iterdir(), reverse=True):
        if path.name.startswith((*DATABASES, CLOCK_FILE)):
            path.unlink()
