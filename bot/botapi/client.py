"""The Bot API over HTTP: the methods that the bot uses, and errors turned into our outcomes.

Telegram's numbers of messages come no further than this: the program knows what stands in for them
(`Numbers`).
"""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Protocol, Self, TypeAlias

import aiohttp

from bot.botapi.errors import (
    AnotherPoller,
    CallFailed,
    Closed,
    Migrated,
    Refused,
    TokenRefused,
    TooMany,
    Unanswered,
    Unreachable,
)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for; Telegram remembers the list, so it is always named."""
PORTION = 100
"""How many updates one request fetches at most (Bot API, getUpdates)."""
LONG_POLL = timedelta(seconds=25)
PATIENCE = timedelta(seconds=30)
"""How long a call may take before it counts as unanswered."""

Update: TypeAlias = dict[str, Any]

_BRIEFLY = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True)
class Document:
    """A file with its caption in Telegram's HTML."""

    name: str
    media_type: str
    content: bytes
    caption: str


@dataclass(frozen=True)
class Stored:
    """A picture that Telegram has already, with its caption in Telegram's HTML."""

    file_id: str
    caption: str


class Numbers(Protocol):
    """Exchanges the numbers of messages for what the program knows them by, and back."""

    def hide(self, chat_id: int, number: int, date: Any = None) -> int:
        """Return what stands in for the number of a message; `date` is as Telegram says it."""

    def hide_all(self, told: Any) -> Any:
        """Return what Telegram has told, with a stand-in for the number of every message in it."""

    def find(self, chat_id: int, stand_in: int) -> int | None:
        """Return the number of a message; None if nobody can tell any more."""


class AsTheyAre:
    """Leaves numbers as they are: for who stores none of them."""

    def hide(self, chat_id: int, number: int, date: Any = None) -> int:  # noqa: ARG002 - the signature is that of `Numbers`
        """Return the number."""
        return number

    def hide_all(self, told: Any) -> Any:
        """Return what was told."""
        return told

    def find(self, chat_id: int, stand_in: int) -> int | None:  # noqa: ARG002 - as above
        """Return the number."""
        return stand_in


class BotApi:
    """A client for one bot. Use it as an async context manager."""

    def __init__(self, *, token: str, address: str, numbers: Numbers | None = None) -> None:
        """Prepare calls for the bot of `token` at the server `address`."""
        self.token = token
        self.address = address
        self._numbers: Numbers = numbers or AsTheyAre()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        # Telegram's replies are JSON whatever they say; no cookies, no proxies from a .netrc.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def get_me(self) -> dict[str, Any]:
        """Return who the bot is."""
        me: dict[str, Any] = await self.call("getMe")
        return me

    async def may_write(self, chat_id: int, bot_id: int) -> bool:
        """Tell whether the bot may write in a group: its own rights, or those of every member.

        Raises:
            Closed: it is not in the group (any more).
            CallFailed: see `call`.
        """
        own = await self.call("getChatMember", chat_id=chat_id, user_id=bot_id)
        if own["status"] in {"left", "kicked"}:
            raise Closed
        if own["status"] == "administrator":
            return True
        if own["status"] == "restricted":
            return bool(own["can_send_messages"])
        chat = await self.call("getChat", chat_id=chat_id)
        return bool(chat.get("permissions", {}).get("can_send_messages", True))

    async def server_time(self) -> datetime:
        """Return what the server's clock shows, in UTC, to the second (RFC 9110, `Date`).

        Raises:
            Unanswered: it does not say.
        """
        assert self._session is not None, "use the client as a context manager"
        try:
            async with self._session.head(self.address, timeout=_BRIEFLY) as response:
                return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
        except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError) as error:
            raise Unanswered(type(error).__name__) from None

    async def get_updates(self, *, offset: int | None, wait: timedelta) -> list[Update]:
        """Wait for updates; naming an `offset` acknowledges everything before it."""
        updates: list[Update] = await self.call(
            "getUpdates",
            patience=wait + PATIENCE,
            offset=offset,
            timeout=int(wait.total_seconds()),
            limit=PORTION,
            allowed_updates=list(ALLOWED_UPDATES),
        )
        return [self._numbers.hide_all(update) for update in updates]

    async def delete_webhook(self) -> None:
        """Make sure that updates can be fetched; those that wait are kept."""
        await self.call("deleteWebhook", drop_pending_updates=False)

    async def set_my_commands(
        self, commands: list[dict[str, str]], *, scope: str, language: str | None
    ) -> None:
        """Set the menu of commands for a kind of chat (a scope) and a language of phones."""
        await self.call(
            "setMyCommands",
            commands=commands,
            scope={"type": scope},
            language_code=language,
        )

    async def send_message(
        self,
        chat_id: int,
        text: str,
        *,
        keyboard: dict[str, Any] | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        is_silent: bool = False,
        is_protected: bool = False,
        force_reply: str | None = None,
    ) -> int:
        """Send a text in Telegram's HTML and return the id of the new message.

        A protected one cannot be copied, passed on or saved. With `force_reply` instead of buttons,
        the apps open a reply to it, with these words (up to 64 characters) in the empty box;
        Telegram refuses to edit such a message.
        """
        assert keyboard is None or force_reply is None, "a message has buttons or asks for a reply"
        if force_reply is not None:
            keyboard = {"force_reply": True, "input_field_placeholder": force_reply}
        message = await self.call(
            "sendMessage",
            chat_id=chat_id,
            text=text,
            parse_mode="HTML",
            message_thread_id=thread_id,
            reply_parameters=self._reply(chat_id, reply_to),
            reply_markup=keyboard,
            disable_notification=is_silent or None,
            protect_content=is_protected or None,
            link_preview_options={"is_disabled": True},
        )
        return self._sent(chat_id, message)

    async def send_document(
        self,
        chat_id: int,
        document: Document | Stored,
        *,
        thread_id: int | None = None,
        reply_to: int | None = None,
        is_silent: bool = False,
    ) -> int:
        """Send a file, also one that Telegram has, and return the id of the new message."""
        form = _form(
            chat_id,
            document.caption,
            thread_id=thread_id,
            reply=self._reply(chat_id, reply_to),
            is_silent=is_silent,
        )
        if isinstance(document, Stored):
            form.add_field("document", document.file_id)
        else:
            _add(form, "document", document)
        message = await self._request("sendDocument", patience=PATIENCE, data=form)
        return self._sent(chat_id, message)

    async def send_photo(
        self,
        chat_id: int,
        photo: Document | Stored,
        *,
        keyboard: dict[str, Any] | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        is_silent: bool = False,
        is_protected: bool = False,
    ) -> int:
        """Send a picture of at most 10 MB and return the id of the new message.

        A protected one cannot be passed on or saved.
        """
        form = _form(
            chat_id,
            photo.caption,
            thread_id=thread_id,
            reply=self._reply(chat_id, reply_to),
            is_silent=is_silent,
            reply_markup=json.dumps(keyboard) if keyboard else None,
            protect_content="true" if is_protected else None,
        )
        if isinstance(photo, Stored):
            form.add_field("photo", photo.file_id)
        else:
            _add(form, "photo", photo)
        message = await self._request("sendPhoto", patience=PATIENCE, data=form)
        return self._sent(chat_id, message)

    async def edit_message(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        *,
        keyboard: dict[str, Any] | None = None,
    ) -> None:
        """Replace the text and the buttons of a message of ours; without buttons they vanish."""
        await self.call(
            "editMessageText",
            chat_id=chat_id,
            message_id=self._found(chat_id, message_id, "message to edit not found"),
            text=text,
            parse_mode="HTML",
            reply_markup=keyboard,
            link_preview_options={"is_disabled": True},
        )

    async def delete_message(self, chat_id: int, message_id: int) -> None:
        """Take a message away for everybody: one of ours, or in private also a person's.

        Raises:
            Refused: it is older than 48 hours, not ours in a group, or not there any more.
        """
        number = self._found(chat_id, message_id, "message to delete not found")
        await self.call("deleteMessage", chat_id=chat_id, message_id=number)

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        """Put one reaction on a message: a quiet "received"."""
        reaction = [{"type": "emoji", "emoji": emoji}]
        await self.call(
            "setMessageReaction",
            chat_id=chat_id,
            message_id=self._found(chat_id, message_id, "message to react not found"),
            reaction=reaction,
        )

    async def answer_callback(
        self, query_id: str, text: str | None = None, *, as_alert: bool = False
    ) -> None:
        """End the waiting sign on a button, with up to 200 characters shown to the person."""
        await self.call(
            "answerCallbackQuery",
            callback_query_id=query_id,
            text=text,
            show_alert=as_alert or None,
        )

    def _sent(self, chat_id: int, message: dict[str, Any]) -> int:
        return self._numbers.hide(chat_id, int(message["message_id"]), message.get("date"))

    def _reply(self, chat_id: int, reply_to: int | None) -> dict[str, Any] | None:
        """Return what says that a message answers another; None also if that one is unknown now."""
        number = self._numbers.find(chat_id, reply_to) if reply_to else None
        if not number:
            return None
        return {"message_id": number, "allow_sending_without_reply": True}

    def _found(self, chat_id: int, message_id: int, unknown: str) -> int:
        """Return Telegram's number of a message.

        Raises:
            Refused: nobody can tell it any more; `unknown` is what Telegram would have said.
        """
        number = self._numbers.find(chat_id, message_id)
        if number is None:
            raise Refused(unknown)
        return number

    async def call(self, method: str, *, patience: timedelta = PATIENCE, **parameters: Any) -> Any:
        """Call `method` and return its result. Parameters that are None are left out.

        Raises:
            CallFailed: one of its children, see `bot.botapi.errors`.
        """
        body = {name: value for name, value in parameters.items() if value is not None}
        return await self._request(method, patience=patience, json=body)

    async def _request(self, method: str, *, patience: timedelta, **body: Any) -> Any:
        assert self._session is not None, "use the client as a context manager"
        url = f"{self.address}/bot{self.token}/{method}"
        timeout = aiohttp.ClientTimeout(total=patience.total_seconds(), connect=10)
        try:
            async with self._session.post(url, timeout=timeout, **body) as response:
                status, content = response.status, await response.read()
        except aiohttp.ClientConnectorError:
            raise Unreachable from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # `from None`: the address in a client error holds the token.
            raise Unanswered(type(error).__name__) from None
        return _result(status, content)


def _form(
    chat_id: int,
    caption: str,
    *,
    thread_id: int | None,
    reply: dict[str, Any] | None,
    is_silent: bool,
    **more: str | None,
) -> aiohttp.FormData:
    """Return the form that a file goes into; of `more` what is None is left out."""
    form = aiohttp.FormData()
    fields = {
        "chat_id": chat_id,
        "caption": caption,
        "parse_mode": "HTML",
        "message_thread_id": thread_id,
        "reply_parameters": json.dumps(reply) if reply else None,
        "disable_notification": "true" if is_silent else None,
        **more,
    }
    for name, value in fields.items():
        if value is not None:
            form.add_field(name, str(value))
    return form


def _add(form: aiohttp.FormData, name: str, file: Document) -> None:
    content = io.BytesIO(file.content)
    form.add_field(name, content, filename=file.name, content_type=file.media_type)


def _result(status: int, content: bytes) -> Any:
    try:
        answer = json.loads(content)
        if answer["ok"]:
            return answer["result"]
    except (ValueError, KeyError, TypeError):
        # A proxy's page in HTML, or an answer that broke off.
        if status < HTTPStatus.BAD_REQUEST:
            raise Unanswered from None
        raise Unreachable from None
    raise _failure(int(answer.get("error_code", status)), answer)


def _failure(code: int, answer: dict[str, Any]) -> CallFailed:
    description = str(answer.get("description", ""))
    parameters = answer.get("parameters") or {}
    if "migrate_to_chat_id" in parameters:
        return Migrated(int(parameters["migrate_to_chat_id"]))
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return TooMany(timedelta(seconds=int(parameters.get("retry_after", 1))))
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable()
    return _BY_CODE.get(code, Refused)(description)


_BY_CODE: dict[int, type[CallFailed]] = {
    HTTPStatus.FORBIDDEN: Closed,
    HTTPStatus.UNAUTHORIZED: TokenRefused,
    HTTPStatus.NOT_FOUND: TokenRefused,
    HTTPStatus.CONFLICT: AnotherPoller,
}
