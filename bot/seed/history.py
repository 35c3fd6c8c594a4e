"""What the people of the partnership write and tap in three months; the bot does the rest.

Days are counted from the day on which the playground is opened for the first time, so that it is as
lively in any week of any year: the latest meeting was not long ago, the next one is not far.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.seed import confided, follow_up
from bot.seed.life import Act
from bot.seed.people import (
    ABDULLAHI,
    AKIRU,
    GARISSA_CHAT,
    GROUP_CHAT,
    HALIMA,
    NATIONAL_CHAT,
    TURKANA_CHAT,
    ZONE,
)
from bot.seed.scenes import Room, Scene, at, in_private, spoken
from bot.seed.sittings import Sitting

DAYS = 95
"""How long the partnership has used the bot: three months, with three meetings of a group."""
LATEST = timedelta(hours=1)
"""Nobody begins anything in the last moments before the playground is opened."""
MONDAY, TUESDAY, WEDNESDAY = range(3)
LAST, LAST_BUT_ONE = 1, 2
"""Meetings, counted from the last one."""
_LAST_DAY = 28
_A_DAY, _A_WEEK = timedelta(days=1), timedelta(days=7)
_ORDINALS = {
    "en": ("first", "second", "third", "fourth"),
    "sw": ("kwanza", "pili", "tatu", "nne"),
    "so": ("1aad", "2aad", "3aad", "4aad"),
}


@dataclass(frozen=True)
class Monthly:
    """One of the weekdays of each month, on which a group meets."""

    ordinal: int
    """0 for the first one in a month."""
    planned: date
    """When people agreed on it: more than a week before they met for the first time."""
    past: tuple[date, ...]
    """The days on which they met since, oldest first: two or three."""
    next: date

    def named(self, language: str) -> str:
        """Return which of its weekdays in a month it is: `second`."""
        return _ORDINALS[language][self.ordinal]


def monthly(today: date, weekday: int, *, days_ahead: int) -> Monthly:
    """Return the day of a month that comes soonest when so many days have gone by."""
    coming = today + timedelta(days=days_ahead)
    # Not every month has a fifth one.
    while coming.weekday() != weekday or coming.day > _LAST_DAY:
        coming += _A_DAY
    ordinal = (coming.day - 1) // 7
    planned = today - timedelta(days=DAYS)
    days = [planned + timedelta(days=number) for number in range(1, DAYS)]
    past = [day for day in days if day.weekday() == weekday and (day.day - 1) // 7 == ordinal]
    if past[0] - planned <= _A_WEEK:
        planned = past.pop(0)
    return Monthly(ordinal, planned, tuple(past), coming)


def acts(now: datetime) -> Iterator[Act]:
    """Yield all that people do in the three months before `now`, group by group."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    for group in (_wajir, _turkana, _garissa, _national, confided.said):
        for scene in group(today):
            # A scene that would not be over is not begun.
            if scene[-1].at < now - LATEST:
                yield from scene


def _later(day: date, days: int, language: str = "en") -> str:
    """Return the day so many days after another, as people write it."""
    return spoken(day + timedelta(days=days), language)


def _approves(day: date, clock: str, lead: int, *, named: str = "") -> Scene:
    """Let a lead approve in private what people brought for the agenda."""
    opened = [in_private(at(day, clock), lead, f"/agenda {named}".strip())]
    return [*opened, in_private(at(day, clock) + timedelta(minutes=1), lead, on="edit:all")]


def _wajir(today: date) -> Iterator[Scene]:
    chat, lead = Room(GROUP_CHAT), HALIMA.id
    amina, ibrahim, grace, fatuma, zainab, khadija, hodan = 102, 104, 105, 106, 108, 112, 114
    rhythm = monthly(today, WEDNESDAY, days_ahead=14)
    first, second, third = rhythm.past[-3:]
    counted = spoken(follow_up.never_done_by(today))

    yield [
        in_private(at(rhythm.planned, "08:00"), person, "/start")
        for person in (lead, amina, zainab, follow_up.NJERI, follow_up.ZAWADI)
    ]
    line = f"/meeting every month on the {rhythm.named('en')} Wednesday 10:00 County Hall"
    yield chat.plans(at(rhythm.planned, "08:30"), lead, line)
    yield [chat.says(at(rhythm.planned, "08:40"), lead, "/calendar Monday 8-13 market day")]
    yield [in_private(at(rhythm.planned, "09:00"), zainab, "/mute questions")]

    yield chat.answers(
        at(first - _A_WEEK, "10:30"),
        {amina: "coming", ibrahim: "yes, we will come", fatuma: "ndiyo", hodan: "haa"},
    )
    yield [chat.taps(at(first - timedelta(days=6), "10:00"), lead, "duty:take")]
    yield chat.answers(at(first - _A_WEEK, "16:10"), {zainab: "phone", khadija: "sitakuja"})
    brought = at(first - timedelta(days=5), "09:15")
    yield [
        chat.says(brought, amina, "/additem Water trucks: who goes where, 20 min"),
        chat.says(brought, fatuma, "/additem Malisho ya ng'ombe, dakika 15"),
    ]
    yield _approves(first - timedelta(days=4), "11:00", lead, named="Wajir")
    yield chat.answers(at(first - _A_DAY, "12:00"), {khadija: "simu", lead: "coming"})
    everybody = {lead: "here", amina: "here", ibrahim: "here", fatuma: "here", hodan: "here"}
    yield Sitting(
        chat.id,
        first,
        "10:00",
        lead,
        everybody | {zainab: "phone", khadija: "phone"},
        (
            (6, lead, "/item"),
            (12, lead, "/item"),
            (20, amina, "We can send two trucks to Griftu, from Monday on."),
            (
                22,
                lead,
                f"/action Amina: send two trucks to Griftu by {_later(first, 9)} #activities",
            ),
            (31, lead, "/item"),
            (40, fatuma, "Malisho ya kaskazini yamefunguliwa kwa wote."),
            (43, lead, "/agreed The northern pasture is open to all herds until the rains"),
            (55, zainab, "/needhelp Two nurses for the mobile clinic in Bute"),
            (64, lead, "/note The road to Bute is closed after rain"),
        ),
        left=4,
    ).scene()

    yield chat.answers(
        at(second - _A_WEEK, "10:20"), {amina: "coming", grace: "coming", zainab: "yes"}
    )
    moved = f"{second.day} {second:%b} 14:00"
    yield chat.moves(at(second - timedelta(days=5), "15:00"), lead, moved)
    yield chat.answers(
        at(second - timedelta(days=5), "15:30"),
        {amina: "coming", fatuma: "ndiyo", zainab: "phone", hodan: "haa", ibrahim: "cannot"},
    )

    yield Sitting(
        chat.id,
        second,
        "14:00",
        lead,
        {lead: "here", amina: "here", fatuma: "here", hodan: "here", zainab: "phone"},
        (
            (5, lead, "/item"),
            (9, lead, "/item"),
            (16, amina, "The trucks reached Griftu twice; the third one broke down."),
            (18, lead, f"/action Maji Bora Trust: repair the truck by {_later(second, 14)}"),
            (
                24,
                lead,
                f"/action Fatuma: list the pasture committees by {_later(second, 26)} #layering",
            ),
            (30, lead, "/item"),
            (34, lead, f"/action Tumaini Livestock: count the goats in Bute by {counted}"),
            (41, hodan, "/idea Women's groups keep the list of households for the trucks"),
            (58, lead, "/agreed Each organisation reports its activities by sub-county each month"),
        ),
        minutes=85,
        left=2,
    ).scene()

    extra = third - timedelta(days=12)
    yield chat.plans(
        at(extra - timedelta(days=4), "09:00"),
        lead,
        f"/meeting {extra.day} {extra:%b} 9:00 Water Office",
    )
    yield chat.answers(at(extra - timedelta(days=4), "09:40"), {amina: "coming", hodan: "haa"})
    yield chat.cancels(at(extra - timedelta(days=2), "08:10"), lead)

    yield chat.answers(
        at(third - _A_WEEK, "10:15"),
        {lead: "coming", amina: "coming", ibrahim: "coming", fatuma: "ndiyo, tutakuja"},
    )
    yield [chat.taps(at(third - timedelta(days=6), "10:00"), ibrahim, "duty:take")]
    yield [
        chat.says(at(third - timedelta(days=5), "14:00"), ibrahim, "/additem Goat prices, 10 min")
    ]
    yield chat.answers(at(third - _A_DAY, "13:00"), {hodan: "taleefan", khadija: "ndiyo"})
    yield Sitting(
        chat.id,
        third,
        "10:00",
        lead,
        {
            lead: "here",
            ibrahim: "here",
            amina: "here",
            fatuma: "here",
            khadija: "here",
            hodan: "phone",
            grace: "represented",
        },
        (
            (5, lead, "/item"),
            (10, lead, "/item"),
            (17, ibrahim, "Goats went for half of last year's price in Wajir market."),
            (19, lead, f"/action Ibrahim: collect prices at three markets by {_later(third, 18)}"),
            (
                26,
                lead,
                f"/action Hodan: list the households that need water by {_later(third, 24)}",
            ),
            (33, lead, "/item"),
            (47, lead, "/agreed We ask the county for a buying programme"),
            (60, amina, "/needhelp A water engineer for three days, borehole at Griftu"),
        ),
    ).scene()
    yield from follow_up.wajir(today, first, second, third)


def _turkana(today: date) -> Iterator[Scene]:
    chat, lead = Room(TURKANA_CHAT), AKIRU.id
    james, nakiru, paul, rose, simon = 21, 22, 23, 24, 25
    rhythm = monthly(today, TUESDAY, days_ahead=2)

    yield [in_private(at(rhythm.planned, "08:00"), person, "/start") for person in (lead, rose)]
    line = f"/mkutano kila mwezi Jumanne ya {rhythm.named('sw')} saa 3 asubuhi Ukumbi wa Kanisa"
    yield chat.plans(at(rhythm.planned, "09:30"), lead, line)
    for number, day in enumerate(rhythm.past):
        yield chat.answers(
            at(day - _A_WEEK, "11:00"),
            {lead: "coming", nakiru: "ndiyo", james: "coming", rose: "phone"},
        )
        # On the phone only: somebody has called them.
        told = "Lokiriama Herders Union: ndiyo"
        yield [chat.says(at(day - _A_DAY, "10:00"), lead, told, on="answer")]
        yield chat.answers(at(day - _A_DAY, "15:00"), {paul: "nitakuja"})
        yield Sitting(
            chat.id,
            day,
            "09:00",
            lead,
            {lead: "here", nakiru: "here", james: "here", paul: "here", rose: "phone"},
            (
                (6, lead, "/hoja_inayofuata"),
                (14, lead, "/hoja_inayofuata"),
                *_said_in_turkana(lead, day, len(rhythm.past) - number),
            ),
            minutes=70,
        ).scene()
    following = rhythm.next
    yield chat.answers(
        at(following - _A_WEEK, "11:00"), {lead: "coming", nakiru: "coming", simon: "hapana"}
    )
    yield [
        chat.says(at(today - _A_DAY, "09:00"), rose, "/additem Clinics on the move, 15 min"),
    ]
    yield from follow_up.turkana(today, rhythm.past)


def _said_in_turkana(lead: int, day: date, from_last: int) -> Iterator[tuple[int, int, str]]:
    """Yield what is said in the last meeting, or in one before it."""
    nakiru = 22
    if from_last == LAST:
        walls = _later(day, 16, "sw")
        yield 22, lead, "/tumekubaliana Malisho ya mlima hufungwa hadi mvua"
        yield 30, lead, f"/kazi Lokiriama Herders Union: kuchagua walinzi hadi {walls}"
        yield (
            44,
            lead,
            f"/kazi James: kuchora ramani ya visima hadi {_later(day, 27, 'sw')} #kujifunza",
        )
    elif from_last == LAST_BUT_ONE:
        yield 24, nakiru, "Kisima cha Lokichar kina matope tena."
        yield 27, lead, f"/kazi Nakiru: kusafisha kisima cha Lokichar hadi {_later(day, 21, 'sw')}"
        yield 40, lead, f"/kazi Rose: kupeleka dawa Lokiriama hadi {_later(day, 20, 'sw')}"
    else:
        yield 25, nakiru, "Kisima cha Kalobeyei kimekarabatiwa."
        yield 27, lead, "/tumekubaliana Kisima cha Kalobeyei kinasimamiwa na kamati ya kijiji"
        yield 40, lead, f"/kazi Rose: kuandaa ratiba ya kliniki hadi {_later(day, 12, 'sw')}"


def _garissa(today: date) -> Iterator[Scene]:
    chat, lead = Room(GARISSA_CHAT), ABDULLAHI.id
    sahra, bashir, rukia, joseph, deqa = 31, 32, 33, 34, 35
    rhythm = monthly(today, MONDAY, days_ahead=8)

    yield [in_private(at(rhythm.planned, "08:00"), person, "/start") for person in (lead, joseph)]
    line = f"/kulan Isniinta {rhythm.named('so')} ee bil kasta 9:00 Xafiiska Biyaha"
    yield chat.plans(at(rhythm.planned, "10:00"), lead, line)
    for number, day in enumerate(rhythm.past):
        yield chat.answers(
            at(day - _A_WEEK, "10:30"),
            {lead: "coming", sahra: "haa", bashir: "coming", joseph: "yes", rukia: "kwa simu"},
        )
        if number == 1:
            yield chat.cancels(at(day - timedelta(days=4), "09:00"), lead)
        else:
            yield chat.answers(at(day - _A_DAY, "12:00"), {deqa: "cannot"})
            yield Sitting(
                chat.id,
                day,
                "09:00",
                lead,
                {lead: "here", sahra: "here", bashir: "here", joseph: "here", rukia: "phone"},
                (
                    (5, lead, "/qodobka_xiga"),
                    (15, lead, "/qodobka_xiga"),
                    (24, lead, "/waa_la_isku_raacay Ceelka Dadaab waa la dayactirayaa"),
                    *_given_out_in_garissa(lead, day, is_first=number == 0),
                ),
                minutes=75,
            ).scene()
    noted = today + timedelta(days=40)
    closed = f"/calendar {noted.day} {noted:%b} xiritaanka dugsiyada"
    yield [chat.says(at(today - timedelta(days=9), "10:00"), sahra, closed)]
    yield from follow_up.garissa(rhythm.past)


def _given_out_in_garissa(
    lead: int, day: date, *, is_first: bool
) -> Iterator[tuple[int, int, str]]:
    if is_first:
        yield 36, lead, f"/hawl Bashir: soo iibso qalabka ceelka ilaa {_later(day, 20, 'so')}"
        yield 48, lead, f"/hawl Joseph: tababar kalkaaliyayaasha ilaa {_later(day, 15, 'so')}"
    else:
        yield 36, lead, f"/hawl Rukia: daji jadwalka dugsiyada ilaa {_later(day, 16, 'so')}"
        yield 48, lead, f"/hawl Sahra: diiwaangeli dhallinyarada ilaa {_later(day, 24, 'so')}"


def _national(today: date) -> Iterator[Scene]:
    chat, lead = Room(NATIONAL_CHAT), 40
    rhythm = monthly(today, TUESDAY, days_ahead=9)

    yield [in_private(at(rhythm.planned, "08:00"), person, "/start") for person in (lead, 42)]
    line = f"/meeting every month on the {rhythm.named('en')} Tuesday 14:00-15:30 by phone"
    yield chat.plans(at(rhythm.planned, "11:00"), lead, line)
    for number, day in enumerate(rhythm.past):
        yield chat.answers(
            at(day - _A_WEEK, "15:00"),
            {lead: "coming", 42: "coming", 43: "phone", HALIMA.id: "coming", AKIRU.id: "ndiyo"},
        )
        yield chat.answers(at(day - _A_DAY, "15:00"), {ABDULLAHI.id: "coming"})
        yield Sitting(
            chat.id,
            day,
            "14:00",
            lead,
            {lead: "phone", 42: "phone", 43: "phone", HALIMA.id: "phone", AKIRU.id: "phone"},
            (
                (4, lead, "/item"),
                (12, lead, "/item"),
                *_said_in_national(lead, day, len(rhythm.past) - number),
            ),
            minutes=80,
        ).scene()
    yield chat.answers(
        at(rhythm.next - _A_WEEK, "15:00"), {HALIMA.id: "coming", 42: "coming", AKIRU.id: "coming"}
    )
    yield from follow_up.national(rhythm.past)


def _said_in_national(lead: int, day: date, from_last: int) -> Iterator[tuple[int, int, str]]:
    """Yield what is said in the last meeting, or in one before it."""
    if from_last == LAST:
        yield 30, HALIMA.id, "Wajir asks for a water engineer again and again."
        yield 33, lead, f"/action Beatrice: find a water engineer by {_later(day, 13)}"
        yield 50, lead, "/agreed Each county names one person for the list of indicators"
    elif from_last == LAST_BUT_ONE:
        yield 33, lead, f"/action Ali: one list of indicators by {_later(day, 24)} #learning"
        yield 50, lead, "/agreed The three counties use one list of indicators"
    else:
        yield 33, lead, f"/action Beatrice: ask for cheaper animal insurance by {_later(day, 15)}"
        yield 50, lead, "/agreed The secretariat meets by phone each month"
