"""The emoji that Telegram accepts as a reaction (Bot API, `ReactionTypeEmoji`)."""

_SELECTOR = "\ufe0f"
_EMOJI = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 "
    "🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 "
    "💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 "
    "😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 "
    "😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡 "
)
_ALLOWED = frozenset(_EMOJI.split())


def is_allowed(emoji: str) -> bool:
    """Whether Telegram takes it; it does not mind how the emoji asks to be drawn (U+FE0F)."""
    return emoji.replace(_SELECTOR, "") in _ALLOWED
