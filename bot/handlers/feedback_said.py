"""What the bot says in confidence: directly, and from memory alone.

Everything it says in private carries a link that tells what it is, so that a reply to it is known
for what it is, also by a program that remembers nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.botapi.errors import Refused
from bot.handlers.feedback_seen import PASSING
from bot.handlers.incoming import Incoming
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.toolbox import Toolbox


@dataclass(frozen=True)
class Reader:
    """Whom something is said to."""

    incoming: Incoming
    language: str


class Voice:
    """Speaks in a private chat, and leaves no row."""

    def __init__(self, toolbox: Toolbox) -> None:
        """Prepare."""
        self._api, self._directly = toolbox.api, toolbox.directly

    async def say(
        self,
        to: Reader,
        template: str,
        *,
        keyboard: Keyboard | None = None,
        code: str = PASSING,
        placeholder: str | None = None,
        **facts: Any,
    ) -> None:
        """Say something; with a `placeholder`, which names the words in the box, ask for a reply.

        `code` tells what this is.
        """
        chat_id, thread_id, words = to.incoming.chat_id, to.incoming.thread_id, renderer()
        text = _text(to, template, code, facts)
        buttons = _buttons(to, keyboard)
        hint = words.text(placeholder, language=to.language) if placeholder else None

        async def call() -> None:
            await self._api.send_message(
                chat_id,
                text,
                keyboard=buttons,
                thread_id=thread_id,
                force_reply=hint,
                is_silent=True,
            )

        await self._directly.call(chat_id, call)

    async def say_instead(
        self, to: Reader, template: str, *, keyboard: Keyboard | None = None, **facts: Any
    ) -> None:
        """Take away what the person wrote, and say something, also whether that could be done."""
        chat_id, message_id = to.incoming.chat_id, to.incoming.message_id
        thread_id = to.incoming.thread_id
        assert message_id is not None, "a tap is nothing that somebody wrote"
        buttons = _buttons(to, keyboard)
        texts = [
            _text(to, template, PASSING, {**facts, "is_removed": is_removed})
            for is_removed in (False, True)
        ]
        is_removed: bool | None = None

        async def call() -> None:
            # What is tried again for the words must not take away what is gone.
            nonlocal is_removed
            if is_removed is None:
                is_removed = await self._is_deleted(chat_id, message_id)
            await self._api.send_message(
                chat_id, texts[is_removed], keyboard=buttons, thread_id=thread_id, is_silent=True
            )

        await self._directly.call(chat_id, call)

    async def hide(self, to: Reader) -> None:
        """Take the message with the tapped button away; an old one is emptied instead."""
        chat_id, message_id = to.incoming.chat_id, to.incoming.message_id
        if message_id is None:
            return
        text = _text(to, "feedback/hidden.html", PASSING, {})

        async def call() -> None:
            if not await self._is_deleted(chat_id, message_id):
                await self._api.edit_message(chat_id, message_id, text)

        await self._directly.call(chat_id, call)

    async def stop_waiting(self, incoming: Incoming) -> None:
        """End the waiting sign on a tapped button."""
        query_id = incoming.query_id
        if query_id is None:
            return

        async def call() -> None:
            await self._api.answer_callback(query_id)

        await self._directly.call(incoming.chat_id, call)

    async def say_in_group(
        self, incoming: Incoming, template: str, languages: Sequence[str], **facts: Any
    ) -> None:
        """Say something where others read it, and take away what was written there if we may."""
        chat_id, message_id, thread_id = incoming.chat_id, incoming.message_id, incoming.thread_id
        text = renderer().post(template, languages=languages, **facts)
        is_tried = False

        async def call() -> None:
            nonlocal is_tried
            if message_id is not None and not is_tried:
                await self._is_deleted(chat_id, message_id)
                is_tried = True
            await self._api.send_message(chat_id, text, thread_id=thread_id, is_silent=True)

        await self._directly.call(chat_id, call)

    async def _is_deleted(self, chat_id: int, message_id: int) -> bool:
        try:
            await self._api.delete_message(chat_id, message_id)
        except Refused:
            return False
        return True


def _buttons(to: Reader, keyboard: Keyboard | None) -> dict[str, Any] | None:
    return None if keyboard is None else renderer().keyboard(keyboard, languages=[to.language])


def _text(to: Reader, template: str, code: str, facts: dict[str, Any]) -> str:
    link = to.incoming.link(code)
    return renderer().text(
        "feedback/said.html", language=to.language, said=template, link=link, **facts
    )
