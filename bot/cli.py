"""The `baraza` command."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import structlog
import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__, app, backup, doctor, logs, play, privacy, settings
from bot.backup import BackupUnusable
from bot.botapi.client import BotApi
from bot.botapi.errors import CallFailed, TokenRefused
from bot.clock import SystemClock
from bot.database import Database, DatabaseAway, is_transient
from bot.domain.invitations import link
from bot.keys import KeysUnreadable, KeysUnwritable
from bot.migrations import upgrade
from bot.services import invitations
from bot.services.updates import KeysElsewhere
from bot.settings import Settings, SettingWrong

log = structlog.get_logger()

WRONG_SETTING = 2
"""The exit code when a setting is wrong, as for a wrong use of the command line."""

UNWELL = 1
ALIVE = "alive"
"""The file in the data directory that a running bot touches."""
STALE = 5 * app.BEAT

FIRST_LINK = """\
Nobody runs this bot yet. Open this link on your phone to become its operator (works once, for two
days; the next start prints another):

    {link}
"""

cli = typer.Typer(
    help="Baraza carries the communication of coalitions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; what an operator can mend is one sentence, without a trace."""
    try:
        cli()
    except SettingWrong as error:
        _fail(str(error))


@cli.command("play")
def play_(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the page.")] = 8765,
    *,
    fresh: Annotated[
        bool, typer.Option(help="Forget what was played before, and begin again.")
    ] = False,
    empty: Annotated[
        bool, typer.Option(help="Begin with nothing set up: people, phones and an empty chat.")
    ] = False,
    lang: Annotated[
        str | None, typer.Option(help="The language in which the page opens: en, sw, so …")
    ] = None,
) -> None:
    """Try everything on this machine: no account, no token, no network.

    The first start lets a partnership of three counties live through three months.
    """
    chosen = _settings()
    language = None if lang is None else play.language_of(lang)
    _make_data_dir(chosen)
    directory = chosen.data_dir / ("play-empty" if empty else "play")
    with app.sole_user(directory):
        asyncio.run(play.play(directory, port=port, fresh=fresh, is_empty=empty, language=language))


@cli.command()
def run() -> None:
    """Run the bot on Telegram."""
    chosen = _settings()
    token = chosen.token()
    app.forbid_core_dumps()
    with app.sole_user(chosen.data_dir, chosen.database):
        _upgrade(chosen)
        _call_telegram(chosen, _run(chosen, token))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest state; `run` does it, too."""
    _upgrade(_settings())


@cli.command()
def health() -> None:
    """Tell, by the exit code, whether the bot runs and is well: for whoever watches over it."""
    chosen = _settings()
    try:
        seen = (chosen.data_dir / ALIVE).stat().st_mtime
    except OSError:
        _fail(f"no bot runs on {chosen.data_dir}", UNWELL)
    age = SystemClock().now().timestamp() - seen
    if age > STALE.total_seconds():
        _fail(f"the bot on {chosen.data_dir} gave no sign for {age:.0f} seconds", UNWELL)


@cli.command("doctor")
def doctor_(
    *,
    about_privacy: Annotated[
        bool,
        typer.Option("--privacy", help="Look at whether feedback is kept in confidence, instead."),
    ] = False,
    log_file: Annotated[
        list[Path] | None,
        typer.Option("--log", help="With --privacy: a log to search for people; again for more."),
    ] = None,
) -> None:
    """Look for what is wrong with this installation, and say what to do."""
    chosen = _settings()
    clock = SystemClock()
    if about_privacy:
        findings = asyncio.run(privacy.examine(chosen, clock, logs=log_file or ()))
    else:
        findings = asyncio.run(doctor.examine(chosen, clock))
    for finding in findings:
        looks = "well " if finding.is_well else "WRONG"
        if isinstance(finding, privacy.Unseen | privacy.Warned):
            looks = "?    " if isinstance(finding, privacy.Unseen) else "mind "
        typer.echo(f"{looks}  {finding.what}: {finding.said}")
        if finding.remedy:
            typer.echo(f"       {finding.remedy}")
    sys.exit(not all(finding.is_well for finding in findings))


@cli.command("backup")
def backup_(
    file: Annotated[Path, typer.Argument(help="Where to; a file of that name is replaced.")],
) -> None:
    """Copy everything into one file, also while the bot runs."""
    chosen = _settings()
    _use_database(chosen, lambda: backup.save(chosen.database, file))
    typer.echo(f"Saved in {file}. Keep it as carefully as the database: it names people.")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `baraza backup` wrote.")],
) -> None:
    """Fill an empty database from a backup; the bot must not run."""
    chosen = _settings()
    with app.sole_user(chosen.data_dir, chosen.database):
        _use_database(chosen, lambda: backup.restore(chosen.database, file))
    typer.echo("Restored. `baraza run` goes on from there.")


@cli.command()
def invite() -> None:
    """Print a link that makes whoever opens it first the operator of this bot."""
    chosen = _settings()
    token = chosen.token()
    _upgrade(chosen)
    typer.echo(_call_telegram(chosen, _invite(chosen, token)))


async def _run(chosen: Settings, token: str) -> None:
    async with app.program(
        database_url=chosen.database,
        token=token,
        api_address=chosen.telegram_api,
        clock=SystemClock(),
        key_dir=chosen.keys,
    ) as program:
        log.info("program.started", version=__version__, bot=f"@{program.name}")
        address = await app.first_link(program)
        if address is not None:
            # Printed, not logged: who reads logs shall not find a key in them.
            typer.echo(FIRST_LINK.format(link=address))
        await app.run_until_told(program, alive=chosen.data_dir / ALIVE)


async def _invite(chosen: Settings, token: str) -> str:
    database = Database(chosen.database)
    try:
        async with BotApi(token=token, address=chosen.telegram_api) as api:
            me = await api.get_me()
        now = SystemClock().now()
        code = await database.run(lambda session: invitations.invite_operator(session, now=now))
    finally:
        await database.close()
    return link(me["username"], code)


def _upgrade(chosen: Settings) -> None:
    _make_data_dir(chosen)
    _use_database(chosen, lambda: upgrade(chosen.database))


def _make_data_dir(chosen: Settings) -> None:
    """Make it for its owner alone: `mkdir` would let others look into a parent that it makes."""
    try:
        chosen.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        _fail(f"BARAZA_DATA_DIR ({chosen.data_dir}) cannot be written: {error.strerror}")


def _use_database(chosen: Settings, work: Callable[[], None]) -> None:
    try:
        work()
    except BackupUnusable as error:
        _fail(str(error))
    except (OSError, SQLAlchemyError) as error:
        _fail(_about_database(chosen, error))


def _about_database(chosen: Settings, error: BaseException) -> str:
    if explained := doctor.explain(error):
        said, remedy = explained
        return f"the database cannot be used ({chosen.database_file}), {said}: {remedy}"
    # Only its class: the text may hold the address with its password.
    reason = type(getattr(error, "orig", None) or error).__name__
    return (
        f"BARAZA_DATABASE_URL: the database cannot be used ({reason}); check that it runs, "
        "that the address is right, and that this user may write there"
    )


def _call_telegram(chosen: Settings, work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except* TokenRefused:
        _fail("BARAZA_TELEGRAM_TOKEN is not known to Telegram: ask @BotFather for the present one")
    except* KeysElsewhere as group:
        _fail(str(_first(group)))
    except* KeysUnreadable as group:
        reason = getattr(_first(group), "strerror", None)
        _fail(f"BARAZA_KEY_DIR ({chosen.keys}) cannot be read: {reason}")
    except* KeysUnwritable as group:
        reason = getattr(_first(group), "strerror", None)
        _fail(f"BARAZA_KEY_DIR ({chosen.keys}) cannot be written: {reason}")
    except* CallFailed:
        _fail("Telegram cannot be reached: check the network, and BARAZA_TELEGRAM_API if it is set")
    except* (DatabaseAway, SQLAlchemyError) as group:
        error = _first(group)
        if not is_transient(error) and not doctor.explain(error):
            raise
        _fail(_about_database(chosen, error))
    return None


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _settings(**overrides: Any) -> Settings:
    chosen = settings.load(**overrides)
    logs.set_up(chosen.log_level, chosen.log_format)
    return chosen


def _fail(message: str, code: int = WRONG_SETTING) -> NoReturn:
    print(f"baraza: {message}", file=sys.stderr)  # noqa: T201 - this is the command's output
    sys.exit(code)
