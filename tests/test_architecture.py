"""The house at a glance, and a check that it still stands so.

Folders of `bot/` are layers, file names are subjects. A layer may import itself and whatever lies
below it: the layers named here, and those that they may import in their turn. Every rule is tried
on the code as it is, and on a planted piece of code that breaks it.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

# --- The house ------------------------------------------------------------------------------------

LEAVES = ("settings", "clock", "errors", "keys", "resources")

BELOW: dict[str, tuple[str, ...]] = {
    "leaves": (),
    "domain": ("leaves",),
    "models": ("domain",),
    "queries": ("models",),
    "rendering": ("domain",),
    "importing": ("domain",),
    "botapi": ("leaves",),
    "stand_ins": ("domain",),
    "database": ("models",),
    "migrations": ("models", "database"),
    "outbox": ("models", "rendering", "botapi", "database"),
    "toolbox": ("outbox",),
    "services": ("queries", "outbox", "importing", "toolbox", "stand_ins"),
    "flows": ("services",),
    "handlers": ("flows",),
    "jobs": ("flows",),
    "web": ("flows",),
    "intake": ("handlers", "jobs", "web"),
    "playground": (),
    "app": ("intake", "migrations"),
    # People act in the small Telegram, and the whole program answers them.
    "seed": ("app", "playground"),
    "play": ("seed",),
    "backup": ("database", "migrations"),
    "doctor": ("database", "migrations", "botapi", "rendering"),
    "privacy": ("doctor", "services"),
    "cli": ("play", "backup", "doctor", "privacy"),
}
"""What each layer may import, from the ground up."""

ROOMS: dict[str, str] = {
    **dict.fromkeys(LEAVES, "leaves"),
    "logs": "leaves",
    # A name in `bot` itself, which imports nothing.
    "__version__": "leaves",
    "inline_sqlite": "database",
    "neighbours": "database",
    # What the panel of the playground tells of the program: `play` alone uses it.
    "behind": "play",
    # What the page on feedback shows of its tables, likewise.
    "stored": "play",
    "__main__": "cli",
}
"""Files at the top of `bot/` whose layer has another name than they."""

TELEGRAM = {"handlers", "intake", "app"}
"""The only layers that see an object of python-telegram-bot."""

SUBJECTS = {
    "actions",
    "agenda",
    "announcements",
    "attendance",
    "calendar",
    "carry_over",
    "budget",
    "circulation",
    "coalitions",
    "decisions",
    "digests",
    "facilitation",
    "feedback",
    "groups",
    "guide",
    "hand_over",
    "inbox",
    "invitations",
    "meetings",
    "members",
    "minutes",
    "motions",
    "notebook",
    "organisations",
    "people",
    "plan",
    "preferences",
    "participation",
    "progress",
    "follow_up",
    "streams",
    "reports",
    "presence",
    "questions",
    "receipts",
    "reminders",
    "retention",
    "rolls",
    "search",
    "series",
    "sittings",
    "support",
    "updates",
    "write_ups",
}
"""What a file may be called in every layer: the members' words."""

PARTS: dict[str, set[str]] = {
    "domain": {
        "boxes",
        "changes",
        "dates",
        "filing",
        "holidays",
        "names",
        "receipts",
        "rhythms",
        "roles",
        "taps",
        "ways",
    },
    "models": {
        "commands",
        "chats",
        "columns",
        "conventions",
        "conversations",
        "occasions",
        "outbox",
        "upkeep",
    },
    "queries": {"archive", "messages"},
    "services": {
        "agenda_editor",
        "agenda_sheets",
        "agenda_views",
        "series_meetings",
        "turns",
        "commands",
        "digests_due",
        "files",
        "installation",
        "meeting_posts",
        "numbers",
        "minutes_papers",
        "motion_posts",
        "support_posts",
        "sitting_posts",
        "accounts",
        "paper_lists",
        "closing",
        "opening",
        "sitting_items",
        "sitting_words",
        "presence_lists",
        "presence_names",
        "reports_due",
        "minutes_due",
        "plan_made",
        "plan_posts",
        "plan_walk",
        "minutes_editor",
        "minutes_views",
        "objections",
        "proposals",
        "occasions",
        "standing",
        "upkeep",
    },
    "flows": {"engine", "flow", "languages"},
    "handlers": {
        "commands",
        "conversations",
        "desk",
        "feedback_said",
        "feedback_seen",
        "general",
        "incoming",
        "minutes_papers",
        "refusals",
        "restraint",
    },
    "jobs": {"dummies", "ticker"},
    "intake": {"dispatch", "polling", "take", "webhook"},
    "outbox": {"chats", "directly", "pace", "post", "sender"},
    "botapi": {"client", "errors"},
}
"""What else a file may be called in a layer: the parts of its own machinery."""

PUBLISHED = (".ci", "benchmarks", "bot", "deploy", "docs", "locales", "templates", "tests", "tools")
"""The folders whose files everybody gets, besides what lies at the top."""

NO_TEXT = {".pyc", ".ttf"}
"""The endings of files in which letters mean nothing."""

VAGUE = {"base", "common", "core", "helpers", "lib", "main", "manager", "misc", "tools", "utils"}
"""Names that hold anything, and so say nothing; for the layers that have no list."""

# --- Reading the code -----------------------------------------------------------------------------

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Module:
    """One file of `bot/`, by its path from there: `services/meetings.py`."""

    path: str
    text: str

    @property
    def layer(self) -> str:
        """The layer that the file belongs to."""
        room = self.path.split("/")[0].removesuffix(".py")
        return ROOMS.get(room, room)

    @property
    def tree(self) -> ast.Module:
        """The file as Python understands it."""
        return ast.parse(self.text, self.path)


@cache
def modules() -> tuple[Module, ...]:
    bot = ROOT / "bot"
    files = sorted(bot.rglob("*.py"))
    return tuple(Module(f.relative_to(bot).as_posix(), f.read_text("utf-8")) for f in files)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of everything that a file imports, wherever in the file it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{a.name}" for a in node.names)


def reachable(layer: str) -> set[str]:
    """Return a layer and all that lie below it."""
    return {layer}.union(*map(reachable, BELOW[layer]))


def dotted(node: ast.AST) -> str:
    """Return `datetime.now` for the expression `datetime.now`, an empty text for a complex one."""
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""


def used(tree: ast.AST, names: re.Pattern[str]) -> Iterator[str]:
    """Yield the names used or imported in a file that match as a whole."""
    found = [dotted(node) for node in ast.walk(tree)] + [*imported(tree)]
    return (name for name in found if names.fullmatch(name))


# --- The rules: each yields what is wrong with one file -------------------------------------------

Rule = Callable[[Module], Iterator[str]]


def imports_go_down(module: Module) -> Iterator[str]:
    if module.path == "__init__.py":
        allowed = set()
    elif module.layer in BELOW:
        allowed = reachable(module.layer)
    else:
        yield f"the layer {module.layer!r} has no place in the house"
        return
    for name in imported(module.tree):
        if name.startswith("."):
            yield f"{name} is a relative import"
        elif name.split(".")[0] == "bot":
            room = name.split(".")[1]
            if ROOMS.get(room, room) not in allowed:
                yield f"{module.layer} may not import {name}"


def telegram_stays_at_the_edge(module: Module) -> Iterator[str]:
    if module.layer not in TELEGRAM:
        names = (name for name in imported(module.tree) if name.split(".")[0] == "telegram")
        yield from (f"{name} below the handlers" for name in names)


def settings_alone_read_the_environment(module: Module) -> Iterator[str]:
    if module.path != "settings.py":
        yield from used(module.tree, re.compile(r"os\.(environb?|getenvb?)"))


def the_database_alone_commits(module: Module) -> Iterator[str]:
    if module.path != "database.py":
        calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
        attributes = (call.func for call in calls if isinstance(call.func, ast.Attribute))
        yield from (f"line {a.lineno} commits" for a in attributes if a.attr == "commit")


def the_clock_alone_tells_the_time(module: Module) -> Iterator[str]:
    if module.path != "clock.py":
        pattern = r"(datetime\.)?(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns)"
        yield from used(module.tree, re.compile(pattern))


def every_file_says_what_it_is_for(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield "no docstring"


def tables_keep_their_annotations(module: Module) -> Iterator[str]:
    if module.layer == "models" and "__future__.annotations" in imported(module.tree):
        yield "SQLModel finds no relationships with `from __future__ import annotations`"


def files_are_named_for_subjects(module: Module) -> Iterator[str]:
    name = module.path.split("/")[1:2]
    if not name or name == ["__init__.py"]:
        return
    subject = name[0].removesuffix(".py")
    if module.layer in PARTS:
        if subject not in SUBJECTS | PARTS[module.layer]:
            yield f"{subject!r} is neither a subject nor a known part of {module.layer}"
    elif subject in VAGUE:
        yield f"{subject!r} says nothing"


HOUSE_RULES: tuple[Rule, ...] = (
    imports_go_down,
    telegram_stays_at_the_edge,
    settings_alone_read_the_environment,
    the_database_alone_commits,
    the_clock_alone_tells_the_time,
    every_file_says_what_it_is_for,
    tables_keep_their_annotations,
    files_are_named_for_subjects,
)

SOMEBODYS_MACHINE = re.compile(
    r"""
    (?<![\w.:/-]) / (?: home | root | Users | work | workspaces? | mnt | media ) / [\w.]
    | \b [A-Z] :\\ \w
    | \b [\w-]+ \. (?: internal | lan | localdomain | corp ) \b (?! \s* [(=\[] )
    | (?<! [=<>~!]= ) \b (?: 10 \. \d{1,3} | 192 \. 168 | 172 \. (?: 1[6-9] | 2\d | 3[01] ) )
      (?: \. \d{1,3} ){2} \b (?! \. )
    """,
    re.VERBOSE,
)
"""A path or a host that exists on one machine only."""


def machines_in(text: str) -> list[str]:
    """Return the paths and hosts of somebody's machine that a text names."""
    return [match.group() for match in SOMEBODYS_MACHINE.finditer(text)]


# --- The code as it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", HOUSE_RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    wrong = [f"bot/{module.path}: {found}" for module in modules() for found in rule(module)]

    assert wrong == []


def test_no_file_names_a_machine() -> None:
    # In a second working tree, `.git` is a file that says where the first one is.
    private = (".env", ".git")
    own = [f for f in ROOT.iterdir() if f.is_file() and not f.name.startswith(private)]
    inside = [file for folder in PUBLISHED for file in (ROOT / folder).rglob("*")]
    wrong = [
        f"{file.relative_to(ROOT)}: {found}"
        for file in own + inside
        if file.is_file() and file.suffix not in NO_TEXT and file != Path(__file__)
        for found in machines_in(file.read_bytes().decode("utf-8", errors="ignore"))
    ]

    assert wrong == []


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_shows_or_links_to_is_there(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_whoever_runs_baraza_can_look_up_every_line_of_the_log() -> None:
    said = re.compile(r"""\blog\.(?:info|warning|error)\([^"]*"([a-z_]+\.[a-z_]+)\"""")
    events = {
        event for path in (ROOT / "bot").rglob("*.py") for event in said.findall(path.read_text())
    }
    told = (ROOT / "docs/operations.md").read_text()

    assert len(events) > 25
    assert [event for event in sorted(events) if f"`{event}`" not in told] == []


def test_a_layer_never_reaches_itself_from_below() -> None:
    circles = [
        layer for layer, below in BELOW.items() if layer in set().union(*map(reachable, below))
    ]

    assert circles == []


# --- Planted code that breaks each rule -----------------------------------------------------------

BROKEN = [
    (imports_go_down, "domain/dates.py", "from bot.models import Meeting"),
    (imports_go_down, "services/meetings.py", "import bot.handlers.meetings"),
    (imports_go_down, "services/meetings.py", "def late():\n    from bot import jobs"),
    (imports_go_down, "outbox/sender.py", "from bot.toolbox import Toolbox"),
    (imports_go_down, "handlers/meetings.py", "from bot.jobs import ticker"),
    (imports_go_down, "playground/page.py", "from bot.clock import Clock"),
    (imports_go_down, "models/meetings.py", "from bot.database import lock"),
    (imports_go_down, "app.py", "from bot.cli import main"),
    (imports_go_down, "settings.py", "from bot.domain import roles"),
    (imports_go_down, "domain/dates.py", "from ..models import Meeting"),
    (imports_go_down, "helpers/words.py", ""),
    (telegram_stays_at_the_edge, "services/meetings.py", "from telegram import Update"),
    (telegram_stays_at_the_edge, "outbox/sender.py", "import telegram.ext"),
    (settings_alone_read_the_environment, "app.py", "import os\nos.environ['HOME']"),
    (settings_alone_read_the_environment, "app.py", "from os import getenv"),
    (the_database_alone_commits, "services/meetings.py", "async def f(s): await s.commit()"),
    (the_database_alone_commits, "outbox/sender.py", "self.connection.commit()"),
    (the_clock_alone_tells_the_time, "services/meetings.py", "datetime.now(UTC)"),
    (the_clock_alone_tells_the_time, "jobs/ticker.py", "datetime.datetime.utcnow()"),
    (the_clock_alone_tells_the_time, "jobs/ticker.py", "import time\ntime.time()"),
    (the_clock_alone_tells_the_time, "domain/dates.py", "from time import time"),
    (the_clock_alone_tells_the_time, "domain/dates.py", "date.today()"),
    (the_clock_alone_tells_the_time, "domain/dates.py", "default_factory=datetime.now"),
    (every_file_says_what_it_is_for, "domain/dates.py", "import re"),
    (tables_keep_their_annotations, "models/groups.py", "from __future__ import annotations"),
    (files_are_named_for_subjects, "services/helpers.py", ""),
    (files_are_named_for_subjects, "domain/utils/words.py", ""),
    (files_are_named_for_subjects, "playground/common.py", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_breach_is_caught(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Module(path, text))) != []


ALLOWED = [
    (imports_go_down, "outbox/post.py", "from bot.domain.groups import Group"),
    (imports_go_down, "services/meetings.py", "from bot.errors import BotError"),
    (imports_go_down, "intake/take.py", "from bot.handlers.desk import Desk"),
    (telegram_stays_at_the_edge, "intake/dispatch.py", "from telegram import Update"),
    (telegram_stays_at_the_edge, "playground/page.py", "from bot.playground import telegram"),
    (settings_alone_read_the_environment, "settings.py", "import os\nos.environ['HOME']"),
    (the_database_alone_commits, "services/meetings.py", "after_commit(session, tell)"),
    (the_clock_alone_tells_the_time, "services/meetings.py", "func.now(), clock.now()"),
    (the_clock_alone_tells_the_time, "intake/polling.py", "import time\ntime.monotonic()"),
    (files_are_named_for_subjects, "domain/dates/words.py", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_what_is_allowed_passes(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Module(path, text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "DATA = '/home/amina/baraza'",
        "see /root/baraza/log",
        "cd /mnt/baraza",
        r"C:\Users\amina",
        "http://db.internal:5432",
        "host=192.168.1.7",
        "10.0.0.12",
    ],
)
def test_a_machine_is_recognised(text: str) -> None:
    assert machines_in(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8080/",
        "/var/lib/baraza",
        "templates/home/page.html",
        "rich==10.2.0",
        "v10.2.0.1",
    ],
)
def test_what_exists_everywhere_is_no_machine(text: str) -> None:
    assert machines_in(text) == []
