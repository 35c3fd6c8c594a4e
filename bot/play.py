"""The playground's side of the house: the seed, the clock, and what the chat page asks for.

Everything lives in a directory of its own: the small Telegram in `telegram.db`, the bot in
`baraza.db`, and how far the clock has jumped in `clock.json`.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import typer
from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import app
from bot.behind import behind
from bot.clock import SystemClock, VirtualClock
from bot.database import Database
from bot.domain.roles import Role
from bot.migrations import upgrade
from bot.models import (
    Coalition,
    Coordinator,
    Group,
    Member,
    Membership,
    Organisation,
    Seat,
)
from bot.playground.page import Person, Spent
from bot.playground.panel import Behind
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.queries import groups
from bot.rendering.messages import renderer
from bot.resources import folder
from bot.services import budget, invitations, rolls
from bot.settings import SettingWrong

TOKEN = "1000:playground"  # noqa: S105 - the small Telegram's own bot, reachable from nowhere
BOT_NAME, BOT_USERNAME = "Baraza", "BarazaPlayBot"
ZONE = "Africa/Nairobi"
GROUP_CHAT = -4001
LONG_POLL = timedelta(seconds=20)
TELEGRAM_FILE, BOT_FILE, CLOCK_FILE = "telegram.db", "baraza.db", "clock.json"
DATABASES = (TELEGRAM_FILE, BOT_FILE)


@dataclass(frozen=True)
class Seeded:
    """One person of the seed; all names are invented."""

    id: int
    first_name: str
    last_name: str
    language: str
    organisation: str | None
    role: Role = Role.MEMBER
    is_alternate: bool = False
    is_coordinator: bool = False

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first_name} {self.last_name}"


def _pair(
    number: int, organisation: str, *names: str, prime_speaks: str | None = None
) -> tuple[Seeded, Seeded]:
    """Return the prime and the alternate of an organisation."""
    (first, last), (other_first, other_last) = (name.split() for name in names)
    language = "sw" if number % 2 else "en"
    return (
        Seeded(100 + 2 * number, first, last, prime_speaks or language, organisation),
        Seeded(
            101 + 2 * number,
            other_first,
            other_last,
            language,
            organisation,
            is_alternate=True,
        ),
    )


PEOPLE: tuple[Seeded, ...] = (
    Seeded(10, "Halima", "Abdi", "en", "Wajir Drought Office", role=Role.LEAD),
    Seeded(
        11,
        "Yusuf",
        "Noor",
        "sw",
        "Wajir Drought Office",
        role=Role.DEPUTY,
        is_alternate=True,
    ),
    *_pair(1, "Maji Bora Trust", "Amina Hassan", "Peter Lokwawi"),
    *_pair(2, "Pastoral Voices", "Ibrahim Ali", "Grace Wanjiru"),
    *_pair(3, "Green Rangelands", "Fatuma Omar", "John Ekai"),
    *_pair(4, "Afya Mashinani", "Zainab Sheikh", "David Kiptoo"),
    *_pair(5, "Tumaini Livestock", "Mohamed Farah", "Ruth Naserian"),
    *_pair(6, "Elimu Kaskazini", "Khadija Yussuf", "Samuel Lemarkat"),
    *_pair(7, "Wajir Women Network", "Hodan Adan", "Esther Achieng", prime_speaks="so"),
    Seeded(12, "Njeri", "Kamau", "en", None, is_coordinator=True),
    Seeded(13, "Otieno", "Ouma", "en", None, is_coordinator=True),
    Seeded(99, "Tom", "Visitor", "en", None),
)
"""The coordination team, one county with eight organisations, and somebody from outside."""


async def play(directory: Path, *, port: int, fresh: bool, is_empty: bool = False) -> None:
    """Run the playground until it is interrupted; an empty one has people, but no coalition yet."""
    if fresh:
        _clear(directory)
    is_new = not (directory / TELEGRAM_FILE).exists()
    clock = _clock(directory)
    database_url = f"sqlite+aiosqlite:///{directory / BOT_FILE}"
    await asyncio.to_thread(upgrade, database_url)
    telegram = FakeTelegram(clock.now, directory / TELEGRAM_FILE)
    if is_new:
        seed_telegram(telegram, is_empty=is_empty)
    if is_new and not is_empty:
        await seed_database(database_url)
        await seed_roll(database_url, clock.now())
    controls = Controls(telegram, clock, directory)
    server = PlaygroundServer(telegram, controls)
    try:
        await server.start(port)
    except OSError as error:
        message = f"port {port} cannot be used ({error.strerror}): choose another with --port"
        raise SettingWrong(message) from error
    try:
        async with app.program(
            database_url=database_url,
            token=TOKEN,
            api_address=server.url,
            clock=clock,
            long_poll=LONG_POLL,
        ) as program:
            controls.program = program
            controls.link = await app.first_link(program) if is_empty else None
            typer.echo(f"Baraza's playground: open {server.url} in your browser. Ctrl+C stops it.")
            await app.run_until_told(program)
    finally:
        await server.close()
        telegram.close()


class Controls:
    """What the chat page asks of the program around the small Telegram."""

    def __init__(self, telegram: FakeTelegram, clock: VirtualClock, directory: Path) -> None:
        """Answer for a playground that lives in `directory`; `program` is set when it runs."""
        self._telegram = telegram
        self._clock = clock
        self._directory = directory
        self.program: app.Program | None = None
        self.link: str | None = None
        """What makes whoever opens it the operator; None once somebody did."""

    def zone(self) -> str:
        """Return the time zone of the seeded county."""
        return ZONE

    def people(self, language: str) -> Sequence[Person]:
        """Return whom the visitor can be, and what they are in a few words of a language."""
        return [Person(p.id, p.name, self._label(p, language)) for p in PEOPLE]

    async def next_due(self) -> datetime | None:
        """Return when something will happen next by itself."""
        return await self.program.next_due() if self.program else None

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
            return await behind(session, self._clock.now())

    async def travel(self, to: datetime) -> None:
        """Jump, by way of everything that falls due until then."""
        assert self.program is not None
        await settled(self._telegram)
        await self.program.travel(self._clock, to)
        _remember(self._directory, self._clock)

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

    def _label(self, person: Seeded, language: str) -> str:
        return self.render("playground/person.txt", language, person=person).strip()

    def assets(self) -> Path:
        """Return where the page's style and script are."""
        return folder("templates") / "playground"


async def settled(telegram: FakeTelegram) -> None:
    """Return when the bot has acknowledged every update of the small Telegram."""
    while len(telegram.updates):  # noqa: ASYNC110 - an acknowledgement gives no sign
        await asyncio.sleep(0.005)


def seed_telegram(telegram: FakeTelegram, *, is_empty: bool = False) -> None:
    """Let the seeded people exist, with one group chat; the bot is in it unless all is to begin."""
    telegram.add_bot(TOKEN, BOT_USERNAME, BOT_NAME)
    for person in PEOPLE:
        telegram.add_user(
            person.id,
            person.first_name,
            last_name=person.last_name,
            language_code=person.language,
        )
    everybody = [person.id for person in PEOPLE]
    telegram.add_group(GROUP_CHAT, "Wajir County", members=everybody, has_bot=not is_empty)


async def seed_database(database_url: str) -> None:
    """Store the coalition as if it had been set up; nothing happens if it is there already."""
    database = Database(database_url)
    try:
        await database.run(_seed)
    finally:
        await database.close()


async def seed_roll(database_url: str, now: datetime) -> None:
    """Let the seeded group have its roll, as a group has that was set up by people."""

    async def work(session: AsyncSession) -> None:
        group = await groups.of_topic(session, GROUP_CHAT, None)
        assert group is not None
        await rolls.call(session, group, now=now)

    database = Database(database_url)
    try:
        await database.run(work)
    finally:
        await database.close()


async def _seed(session: AsyncSession) -> None:
    if await session.scalar(select(func.count()).select_from(Coalition)):
        return
    coalition = Coalition(
        name="Partnership for Drought Resilience",
        languages=["en", "sw"],
        contact="Sister Asha, Haki Centre, at the office in Wajir town",
    )
    session.add(coalition)
    await session.flush()
    assert coalition.id is not None
    group = Group(
        coalition_id=coalition.id,
        name="Wajir",
        zone=ZONE,
        languages=["en", "sw"],
        chat_id=GROUP_CHAT,
    )
    names = dict.fromkeys(p.organisation for p in PEOPLE if p.organisation)
    organisations = {n: Organisation(coalition_id=coalition.id, name=n) for n in names}
    members = {
        p.id: Member(telegram_id=p.id, name=p.name, language=p.language)
        for p in PEOPLE
        if p.organisation or p.is_coordinator
    }
    session.add_all([group, *organisations.values(), *members.values()])
    await session.flush()
    assert group.id is not None
    for organisation in organisations.values():
        session.add(Seat(group_id=group.id, organisation_id=organisation.id or 0))
    for person in PEOPLE:
        if person.id not in members:
            continue
        member_id = members[person.id].id or 0
        if person.is_coordinator:
            session.add(Coordinator(coalition_id=coalition.id, member_id=member_id))
            continue
        assert person.organisation is not None
        session.add(
            Membership(
                group_id=group.id,
                member_id=member_id,
                organisation_id=organisations[person.organisation].id,
                role=person.role,
                is_alternate=person.is_alternate,
                is_confirmed=True,
            )
        )


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
    for path in directory.iterdir():
        if path.name.startswith((*DATABASES, CLOCK_FILE)):
            path.unlink()
