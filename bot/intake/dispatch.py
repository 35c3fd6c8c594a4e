"""From raw JSON to a handler: python-telegram-bot parses and chooses, and touches nothing else."""

import json
from http import HTTPStatus
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot
from telegram.request import BaseRequest, RequestData

from bot import handlers
from bot.errors import BotError
from bot.handlers import refusals
from bot.handlers.desk import Desk, current
from bot.handlers.incoming import Incoming, of_update

AnyApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]


class NotHandled(Exception):
    """No handler looked at the update, so its effects are not known to be complete."""


class HandlersStayOffline(BaseRequest):
    """Refuses every call: what a handler has to say goes through the outbox.

    Only the bot's own name is told, from what Telegram said when the program started.
    """

    def __init__(self, me: dict[str, Any]) -> None:
        """Remember the answer to getMe."""
        self._me = json.dumps({"ok": True, "result": me}).encode()

    @property
    def read_timeout(self) -> float | None:
        """Return None: nothing is ever read."""
        return None

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

    async def do_request(  # noqa: PLR0917 - the signature is python-telegram-bot's
        self,
        url: str,
        method: str,  # noqa: ARG002 - as above
        request_data: RequestData | None = None,  # noqa: ARG002 - as above
        read_timeout: object = None,  # noqa: ARG002 - as above
        write_timeout: object = None,  # noqa: ARG002 - as above
        connect_timeout: object = None,  # noqa: ARG002 - as above
        pool_timeout: object = None,  # noqa: ARG002 - as above
    ) -> tuple[int, bytes]:
        """Answer getMe, and refuse everything else.

        Raises:
            RuntimeError: a handler tried to use the network.
        """
        if url.endswith("/getMe"):
            return HTTPStatus.OK, self._me
        message = "a handler called Telegram inside a transaction"
        raise RuntimeError(message)


class Dispatcher:
    """Deals with one update at a desk."""

    def __init__(self, *, token: str, me: dict[str, Any]) -> None:
        """Build the dispatcher of the bot that `me` (the answer to getMe) describes."""
        self._application = _application(token, me)

    async def open(self) -> None:
        """Make python-telegram-bot ready; it asks for the bot's name and gets it from `me`."""
        await self._application.initialize()

    async def dispatch(self, desk: Desk, update: dict[str, Any]) -> None:
        """Parse an update and have it handled; nothing is swallowed.

        Raises:
            BotError: what the person asked for was refused for a reason we foresaw.
            NotHandled: no handler looked at it.
        """
        current.set(desk)
        parsed = Update.de_json(update, self._application.bot)
        await self._application.process_update(parsed)
        if not desk.is_handled:
            raise NotHandled

    async def explain(self, desk: Desk, update: dict[str, Any], refusal: BotError) -> None:
        """Explain a refusal to whoever sent the update."""
        incoming = self.read(update)
        if incoming is not None:
            await refusals.explain(desk, incoming, refusal)

    def read(self, update: dict[str, Any]) -> Incoming | None:
        """Return who sent an update and what it says; None if nobody did."""
        return of_update(Update.de_json(update, self._application.bot))


class _LoudApplication(Application[Any, Any, Any, Any, Any, Any]):
    """An Application that lets errors out, so that the savepoint of the update is rolled back."""

    async def process_error(
        self,
        update: object | None,  # noqa: ARG002 - the signature is python-telegram-bot's
        error: Exception,
        job: object = None,  # noqa: ARG002 - as above
        coroutine: object = None,  # noqa: ARG002 - as above
    ) -> bool:
        """Raise `error` again."""
        raise error


def _application(token: str, me: dict[str, Any]) -> AnyApplication:
    offline = HandlersStayOffline(me)
    bot = ExtBot(token, request=offline, get_updates_request=offline)
    application: AnyApplication = (
        ApplicationBuilder()
        .application_class(_LoudApplication)
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes())
        .build()
    )
    handlers.add_to(application)
    return application
