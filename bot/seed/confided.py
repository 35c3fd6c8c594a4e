"""What people write in confidence in the months before the playground is opened.

They ask, read the promise, tap, and reply to the question, as anybody does; what is left of it the
playground shows byte for byte.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.seed.scenes import Scene, at, in_private

_QUESTIONS = {
    "en": "write it as a reply to this message",
    "sw": "andika kwa kujibu ujumbe huu",
    "so": "u qor jawaab ahaan fariintan",
}
"""Words of the question, in the language of who is asked."""
_SAID = (
    # So many weeks ago, on which day of the week, when, who, in which language, what.
    (7, 1, "20:10", 104, "en", "Meetings begin an hour late, and who comes on time waits."),
    (7, 2, "13:05", 106, "sw", "Wanawake hawapewi nafasi ya kuzungumza kwenye mkutano."),
    (7, 3, "07:40", 33, "sw", "Kumbukumbu huja kwa Kiingereza, na wengine wetu hatuzielewi."),
    (7, 4, "21:30", 42, "en", "The secretariat asks for the same figures three times."),
    (3, 0, "19:20", 108, "en", "Transport money for the last meeting has not come."),
    (3, 2, "12:15", 35, "so", "Hay'adaha yaryar lama weydiiyo waxay qabaan."),
    (3, 3, "06:55", 24, "en", "Thank you for the phone meetings. We could not travel."),
    (0, 0, "07:20", 112, "en", "One organisation decides about the trucks; the others hear later."),
    (0, 1, "20:45", 31, "so", "Kulanku aad buu u dheer yahay."),
)


def said(today: date) -> Iterator[Scene]:
    """Yield what people write, so that some of it is released and some still waits."""
    monday = today - timedelta(days=today.weekday())
    for weeks, weekday, clock, person, language, words in _SAID:
        day = monday - timedelta(weeks=weeks) + timedelta(days=weekday)
        yield _confides(at(day, clock), person, language, words)


def _confides(moment: datetime, person: int, language: str, words: str) -> Scene:
    later = [moment + timedelta(minutes=number) for number in range(3)]
    return [
        in_private(later[0], person, "/feedback"),
        in_private(later[1], person, on="confide:0"),
        in_private(later[2], person, words, to=_QUESTIONS[language]),
    ]
