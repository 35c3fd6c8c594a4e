"""Who is typing: known for a few seconds."""

from bot.playground.presence import KEPT_FOR, Typing, Typist


class Seconds:
    """A clock of real seconds that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        """Return the present second."""
        return self.now


def test_typing_lasts_until_it_is_not_repeated() -> None:
    seconds = Seconds()
    typing = Typing(seconds)
    typing.note(-500, 11)
    seconds.now += KEPT_FOR - 1
    typing.note(-500, 12)

    both = typing.now()
    seconds.now += 2
    one = typing.now()

    assert both == [Typist(-500, 11, 1.0), Typist(-500, 12, KEPT_FOR)]
    assert one == [Typist(-500, 12, KEPT_FOR - 2)]


def test_typing_stops_in_one_chat_only() -> None:
    typing = Typing(Seconds())
    typing.note(-500, 11)
    typing.note(-600, 11)

    typing.stop(-500, 11)

    assert [one.chat_id for one in typing.now()] == [-600]


def test_stopping_what_had_not_begun_is_no_change() -> None:
    typing = Typing(Seconds())

    typing.stop(-500, 11)

    assert typing.changes == 0
