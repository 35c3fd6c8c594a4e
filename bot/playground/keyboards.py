"""What goes under a message: inline keyboards and ForceReply, read from a call and checked.

Sources: telegram-bot-api `get_reply_markup` for the shape; the limits (100 buttons, 8 in a row,
64 bytes of data, about 10 KB in all) are the server's, told in its answers and on limits.tginfo.me.
"""

import json
from dataclasses import dataclass, field
from typing import NoReturn

from bot.playground.html import checked_link
from bot.playground.params import Params, refuse
from bot.playground.state import ForceReply, Json
from bot.playground.text import utf16_length

_BUTTONS = 100
_IN_A_ROW = 8
_DATA_BYTES = 64
_MARKUP_BYTES = 10 * 1024
_STYLES = frozenset({"primary", "danger", "success"})
FIELDS = frozenset({"text", "callback_data", "url", "style"})
"""What a button may have; every other field is refused."""
PROMPT_FIELDS = frozenset({"force_reply", "input_field_placeholder", "selective"})
"""What a `ForceReply` may have."""
_PLACEHOLDER = 64


@dataclass(frozen=True)
class Markup:
    """What stands under a message, or what it asks of its reader; a message has one or neither."""

    keyboard: list[list[Json]] = field(default_factory=list)
    force_reply: ForceReply | None = None


def markup_in(params: Params) -> Markup:
    """Return what `reply_markup` holds; nothing when it is left out.

    Raises:
        ApiError: it is of no kind that is imitated, or a button is of none.
    """
    markup = params.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if markup is None:
        return Markup()
    if not isinstance(markup, dict):
        refuse("Object expected as reply markup")
    for name in markup:
        if name != "inline_keyboard" and name not in PROMPT_FIELDS:
            refuse(f'the playground knows no field "{name}" of a reply markup')
    rows, force_reply = _rows(markup), _prompt(markup)
    if not rows:
        return Markup(force_reply=force_reply)
    # Buttons come first, as on the server, even where none of them has a label.
    # Telegram quietly leaves out buttons without a text, and rows without buttons.
    shown = [[button for button in row if button["text"]] for row in rows]
    return Markup([row for row in shown if row])


def _rows(markup: Json) -> list[list[Json]]:
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list):
        refuse('Field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        refuse('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    return [[_button(button) for button in row] for row in rows]


def _prompt(markup: Json) -> ForceReply | None:
    is_selective, is_wanted = _switch(markup, "selective"), _switch(markup, "force_reply")
    placeholder = markup.get("input_field_placeholder", "")
    if isinstance(placeholder, bool) or not isinstance(placeholder, str | int | float):
        refuse('Field "input_field_placeholder" must be of type String')
    if utf16_length(str(placeholder)) > _PLACEHOLDER:
        # The documentation names the limit; what the server says to more is not known.
        refuse(f"the playground takes {_PLACEHOLDER} characters of an input_field_placeholder")
    return ForceReply(str(placeholder), is_selective) if is_wanted else None


def _switch(markup: Json, name: str) -> bool:
    value = markup.get(name, False)
    if not isinstance(value, bool):
        refuse(f'Field "{name}" must be of type Boolean')
    return value


def with_links(keyboard: list[list[Json]]) -> list[list[Json]]:
    """Return the keyboard with its addresses as Telegram writes them.

    Raises:
        ApiError: an address is none.
    """
    return [[_linked(button) for button in row] for row in keyboard]


def check_sendable(keyboard: list[list[Json]]) -> None:
    """Refuse a keyboard that is too big, and data that no button can carry."""
    buttons = [button for row in keyboard for button in row]
    size = len(json.dumps(keyboard, ensure_ascii=False, separators=(",", ":")).encode())
    if (
        len(buttons) > _BUTTONS
        or any(len(row) > _IN_A_ROW for row in keyboard)
        or size > _MARKUP_BYTES
    ):
        refuse("reply markup is too long")
    if any(len(button.get("callback_data", "").encode()) > _DATA_BYTES for button in buttons):
        refuse("BUTTON_DATA_INVALID")


def _button(button: object) -> Json:
    if not isinstance(button, dict):
        _unreadable("InlineKeyboardButton must be an Object")
    for name in button:
        if name not in FIELDS:
            refuse(f'the playground knows no field "{name}" of InlineKeyboardButton')
    if "text" not in button:
        _unreadable('Can\'t find field "text"')
    for name, value in button.items():
        if not isinstance(value, str):
            _unreadable(f'Field "{name}" must be of type String')
    style = button.get("style", "").lower()
    if style and style not in _STYLES:
        _unreadable("invalid button style specified")
    found = {"text": " ".join(button["text"].split()), **_action(button)}
    return found | ({"style": style} if style else {})


def _linked(button: Json) -> Json:
    if "url" not in button:
        return button
    link = checked_link(button["url"])
    if link is None:
        refuse(f"Inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return {**button, "url": link}


def _action(button: Json) -> Json:
    """Return what pressing a button does: an address comes before data, as on the server."""
    if url := button.get("url"):
        return {"url": url}
    if not button.get("callback_data"):
        _unreadable("Text buttons are unallowed in the inline keyboard")
    return {"callback_data": button["callback_data"]}


def _unreadable(reason: str) -> NoReturn:
    refuse(f"Can't parse inline keyboard button: {reason}")
