"""What partners say of what they promised, between their meetings; the bot asks, and counts.

Mondays are the days on which the groups hear how their actions stand: then people reply there. In
private they answer what the bot has asked.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.seed.life import Act
from bot.seed.people import (
    ABDULLAHI,
    AKIRU,
    GARISSA_CHAT,
    GROUP_CHAT,
    HALIMA,
    NATIONAL_CHAT,
    TURKANA_CHAT,
)
from bot.seed.scenes import Room, Scene, at, in_private, mondays, spoken

NJERI, ZAWADI = 12, 14
"""Of the coordination team."""


def _days(number: int) -> timedelta:
    return timedelta(days=number)


def last_week(today: date) -> date:
    """Return the Monday of the last week that is over."""
    return today - _days(today.weekday() + 7)


def never_done_by(today: date) -> date:
    """Return until when somebody should have done what they never speak of."""
    return today - _days(8)


def wajir(today: date, first: date, second: date, third: date) -> Iterator[Scene]:
    """Trucks, committees and prices; an organisation that never says a word."""
    room, lead = Room(GROUP_CHAT), HALIMA.id
    amina, ibrahim, fatuma, zainab, khadija, hodan = 102, 104, 106, 108, 112, 114

    yield [
        _answers(first + _days(1), NJERI, "nurses", "The county health team lends one on Monday."),
        room.taps(at(first + _days(1), "10:05"), khadija, "can-help"),
        in_private(at(first + _days(9), "08:20"), zainab, on="helped"),
    ]
    said = "Lori la kwanza limeondoka leo asubuhi. Changamoto: dizeli ni ghali Griftu."
    yield [
        in_private(at(first + _days(2), "10:20"), amina, said),
        in_private(at(first + _days(8), "17:10"), amina, on="progress:done"),
        in_private(
            at(first + _days(8), "17:14"), amina, "Matangi ya Griftu yamejaa.", is_shown=True
        ),
    ]
    late = f"Itachelewa: {spoken(second + _days(23), 'sw')}, gia inatoka Nairobi"
    yield [
        in_private(at(second + _days(7), "17:30"), amina, seconds=12),
        in_private(at(second + _days(13), "18:00"), amina, late),
        in_private(at(second + _days(22), "16:00"), amina, "Imekamilika, lori linafanya kazi."),
    ]
    adapted = "/actions 3 adapt list the committees of the north; the south is cut off by rain"
    yield [
        room.reports(
            at(second + _days(12), "11:30"), fatuma, "Kamati tano kati ya nane zimeorodheshwa."
        ),
        room.says(at(second + _days(20), "09:00"), lead, adapted),
        room.reports(at(second + _days(26), "11:00"), fatuma, "Imekamilika, Halima ana orodha."),
    ]
    answer = "An engineer of the county water office comes on Monday."
    yield [_answers(third + _days(2), NJERI, "engineer", answer)]
    first_monday, second_monday, *_ = _some(third)
    prices = "Wajir and Griftu are done, Habaswein follows on market day."
    yield [room.reports(at(first_monday, "11:20"), ibrahim, prices)]
    yield [room.reports(at(second_monday, "11:40"), ibrahim, "Done, Halima has all prices.")]
    yield [room.reports(at(second_monday, "12:10"), hodan, seconds=9)]
    yield [in_private(at(last_week(today) + _days(4), "15:00"), lead, "/calls")]


def turkana(today: date, past: Sequence[date]) -> Iterator[Scene]:
    """A well, medicine and a map; a union that is only on the phone; support that waits."""
    room, lead = Room(TURKANA_CHAT), AKIRU.id
    james, nakiru, rose = 21, 22, 24
    *older, middle, newest = past
    # The actions of each meeting are numbered one after the other.
    medicine, union = len(older) + 2, len(older) + 3

    for day in older:
        yield [
            in_private(at(day + _days(6), "08:40"), rose, "Half of the schedule is ready."),
            in_private(at(day + _days(11), "16:00"), rose, on="progress:done"),
        ]
    adapted = f"/actions {medicine} adapt take the medicine by motorbike; the road is cut off"
    yield [
        in_private(at(middle + _days(14), "10:00"), rose, adapted),
        in_private(at(middle + _days(19), "17:00"), rose, on="progress:done"),
    ]
    cleaned = "Imekamilika. Maji ni safi tena."
    yield [
        room.reports(at(middle + _days(13), "12:15"), nakiru, seconds=10),
        room.reports(at(middle + _days(20), "12:30"), nakiru, cleaned, is_shown=True),
    ]
    told = f"/sasisha {union} walisema: walinzi sita wamechaguliwa"
    yield [
        in_private(at(newest + _days(13), "15:00"), lead, "/simu"),
        in_private(at(newest + _days(13), "15:20"), lead, told),
    ]
    yield [room.says(at(newest + _days(17), "09:10"), lead, f"/kazi_zetu {union} imekamilika")]
    mapped = "Lodwar town is mapped, two villages to go."
    yield [room.reports(at(newest + _days(20), "11:45"), james, mapped)]
    asked = "/needhelp Cold boxes for vaccines, clinic at Kalobeyei"
    yield [room.says(at(last_week(today) + _days(3), "11:00"), rose, asked)]


def garissa(past: Sequence[date]) -> Iterator[Scene]:
    """Tools for a well, and a training for which something is missing."""
    room, lead = Room(GARISSA_CHAT), ABDULLAHI.id
    sahra, bashir, rukia, joseph = 31, 32, 33, 34
    first = past[0]

    bought = "Qalabka badhkiis waa la iibsaday."
    yield [room.reports(at(first + _days(7), "11:00"), bashir, bought)]
    ready = "Waa dhammaatay, qalabku waa diyaar."
    yield [room.reports(at(first + _days(14), "10:30"), bashir, ready, is_shown=True)]
    trained = "Going on. Six of ten are trained. Support: a projector for two days"
    yield [
        in_private(at(first + _days(8), "12:00"), joseph, on="snooze:3"),
        in_private(at(first + _days(11), "15:00"), joseph, trained),
        room.taps(at(first + _days(11), "18:00"), sahra, "can-help"),
        in_private(at(first + _days(13), "09:00"), joseph, on="helped"),
        in_private(at(first + _days(14), "16:00"), joseph, on="progress:done"),
    ]
    for day in past[2:]:
        registered = "Konton dhallinyaro ah ayaa is diiwaangeliyay."
        yield [room.reports(at(day + _days(7), "11:15"), sahra, registered)]
        yield [
            room.reports(at(day + _days(14), "11:10"), rukia, seconds=8),
            room.says(at(day + _days(15), "09:30"), lead, "/hawlo 3 waa dhammaatay"),
        ]


def national(past: Sequence[date]) -> Iterator[Scene]:
    """What the counties cannot do alone."""
    room = Room(NATIONAL_CHAT)
    beatrice, ali = 42, 43
    *older, middle, newest = past

    for day in older:
        yield [in_private(at(day + _days(14), "11:00"), beatrice, on="progress:done")]
    yield [
        room.reports(at(middle + _days(13), "14:00"), ali, "Two counties have sent theirs."),
        room.reports(at(middle + _days(20), "14:00"), ali, "Done, one list for all three."),
    ]
    asked = "Two offices are asked. Differently: I go there in person."
    yield [in_private(at(newest + _days(6), "17:00"), beatrice, asked)]
    yield [in_private(at(newest + _days(12), "10:30"), beatrice, on="progress:done")]


def _answers(day: date, person: int, called: str, words: str) -> Act:
    """Let somebody of the coordination team answer a call for support, known by its words."""
    return in_private(at(day, "10:00"), person, words, to=called)


def _some(after: date) -> list[date]:
    found = mondays(after)
    return [next(found) for _ in range(2)]
