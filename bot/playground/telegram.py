"""A small Telegram: what its people do (`people.py`), and what the calls of its bot bring about.

The Bot API over it is `api.py`; over HTTP, `server.py`.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.playground import attachments
from bot.playground.limits import PACED
from bot.playground.params import Upload
from bot.playground.people import People
from bot.playground.state import (
    Chat,
    ForceReply,
    Json,
    Message,
    Tap,
    Toast,
)
from bot.playground.text import Entity
from bot.playground.updates import TAP_KEPT_FOR


@dataclass(frozen=True)
class Draft:
    """What the bot wants a message to show, checked and cleaned."""

    words: str
    entities: list[Entity] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    link_preview_options: Json | None = None
    document: Upload | str | None = None
    """A file that goes with it; the words are then its caption."""
    photo: Upload | str | None = None
    """A picture that goes with it, or the id of one that was sent before."""
    is_protected: bool = False
    force_reply: ForceReply | None = None

    @property
    def method(self) -> str:
        """The method that sends it."""
        if self.photo is not None:
            return "sendPhoto"
        return "sendMessage" if self.document is None else "sendDocument"


class FakeTelegram(People):
    """The whole world of one bot, on a clock that is handed in; `World` tells its attributes."""

    def seconds_to_wait(self, method: str, chat_id: int | None) -> int:
        """Return the `retry_after` of a call that comes too soon, or 0; a refusal is counted."""
        if not self.limits_on:
            return 0
        paced = chat_id if method in PACED else None
        seconds = self._pace.seconds_to_wait(self.now(), paced)
        self.refusals += seconds > 0
        return seconds

    def bot_sends(
        self,
        chat: Chat,
        draft: Draft,
        *,
        reply_to: int | None,
        is_silent: bool,
        topic: int | None = None,
    ) -> Message:
        """Post a message of the bot."""
        message = Message(
            chat.id,
            self._next_message_id(chat),
            self.bot.id,
            self.bot.name,
            self._unix_time(),
            text=draft.words,
            entities=draft.entities,
            keyboard=draft.keyboard,
            reply_to=reply_to,
            link_preview_options=draft.link_preview_options,
            is_silent=is_silent,
            topic=topic,
            is_protected=draft.is_protected,
            force_reply=draft.force_reply,
        )
        if draft.document is not None:
            message.document = self._stored(draft.document)
        if draft.photo is not None:
            message.photo = self._pictured(draft.photo)
        self._keep_message(message)
        self._log(draft.method, chat.id, draft.words, message.id, is_silent=is_silent)
        self._done()
        return message

    def document(self, file_id: str) -> Json | None:
        """Return the file, not a picture, that was sent under an id."""
        sent = (message.document for chat in self._messages.values() for message in chat.values())
        return next((one for one in sent if one and one["file_id"] == file_id), None)

    def _stored(self, file: Upload | str) -> Json:
        if isinstance(file, str):
            known = self.document(file)
            assert known is not None, "checked before"
            return known
        return attachments.document_object(
            self._keep_file("file", file.content),
            file.content,
            name=file.name,
            kind=file.media_type,
        )

    def _pictured(self, photo: Upload | str) -> list[Json]:
        file_id = photo if isinstance(photo, str) else self._keep_file("photo", photo.content)
        return attachments.photo_object(file_id, self._files[file_id])

    def bot_edits(self, message: Message, draft: Draft) -> None:
        """Change a message of the bot in its place."""
        message.text, message.entities = draft.words, draft.entities
        message.keyboard = draft.keyboard
        message.link_preview_options = draft.link_preview_options
        message.edited_at = self._unix_time()
        self._keep_message(message)
        self._log("editMessageText", message.chat_id, draft.words, message.id)
        self._done()

    def bot_reacts(self, message: Message, reactions: list[str]) -> None:
        """Set the bot's reactions to a message."""
        message.reactions = reactions
        self._keep_message(message)
        self._log("setMessageReaction", message.chat_id, "".join(reactions), message.id)
        self._done()

    def bot_deletes(self, message: Message) -> None:
        """Take a message away for everybody; nobody is told, it is just gone."""
        self._forget(message)
        self._log("deleteMessage", message.chat_id, None, message.id)
        self._done()

    def open_tap(self, query_id: str) -> Tap | None:
        """Return a tap that can still be answered: not answered yet, not older than 150 s."""
        tap = self._taps.get(query_id)
        if tap is None or tap.toast is not None:
            return None
        age = timedelta(seconds=self.now().timestamp() - tap.unix_time)
        return tap if age < TAP_KEPT_FOR else None

    def bot_answers(self, tap: Tap, toast: Toast) -> None:
        """Answer a tap."""
        tap.toast = toast
        self._keep_tap(tap)
        self._log("answerCallbackQuery", tap.chat_id, toast.text, tap.message_id)
        self._done()

    def bot_sets_commands(self, scope: str, language: str, commands: list[Json]) -> None:
        """Set the menu of one scope (`type`, `type:chat` or `type:chat:user`) and language."""
        self.commands[scope, language] = commands
        record = {"scope": scope, "language": language, "commands": commands}
        self._store.put("commands", f"{scope}/{language}", record)
        self._log("setMyCommands", None, scope, None)
        self._done()

    def menu(self, user_id: int, chat_id: int, language: str) -> list[Json]:
        """Return the commands a person is offered in a chat.

        The order of scopes is the Bot API's ("Determining list of commands"); nobody here is an
        administrator, so the two scopes for administrators are never chosen.
        """
        if self._chats[chat_id].is_group:
            scopes = [f"chat_member:{chat_id}:{user_id}", f"chat:{chat_id}", "all_group_chats"]
        else:
            scopes = [f"chat:{chat_id}", "all_private_chats"]
        for scope in [*scopes, "default"]:
            for spoken in (language, ""):
                if menu := self.commands.get((scope, spoken)):
                    return menu
        return []
