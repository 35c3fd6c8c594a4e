"""Who came is counted by organisation, and nobody for what was before their time."""

from datetime import date, datetime

from bot.domain import participation
from bot.domain.participation import Came, Held, Share
from bot.domain.presence import How
from bot.domain.write_ups import Unheld

JAN, FEB, MAR = (date(2026, month, 3) for month in (1, 2, 3))
MAJI, AFYA = 1, 2
SEATS = {MAJI: "Maji", AFYA: "Afya"}


def held(on: date, *, excused: tuple[int, ...] = (), **came: How | tuple[How, ...]) -> Held:
    """Return a meeting, with how the organisations came by their names."""
    keys = {name.lower(): key for key, name in SEATS.items()}
    hows = {
        keys[name]: frozenset(how if isinstance(how, tuple) else (how,))
        for name, how in came.items()
    }
    return Held(on, hows=hows, excused=frozenset(excused))


def test_by_phone_is_being_there_and_one_there_is_more_than_represented() -> None:
    meetings = [held(JAN, maji=How.PHONE, afya=(How.REPRESENTED, How.HERE))]

    found = participation.of_group(meetings, SEATS)

    assert found.shares == (Share("Afya", (Came.PRESENT,)), Share("Maji", (Came.PRESENT,)))
    assert found.present == (2,)


def test_an_apology_is_not_silence_and_who_came_after_all_is_there() -> None:
    meetings = [
        held(JAN, excused=(MAJI,)),
        held(FEB),
        held(MAR, excused=(MAJI,), maji=How.REPRESENTED),
    ]

    [share] = participation.of_group(meetings, {MAJI: "Maji"}).shares

    assert share.marks == (Came.APOLOGY, Came.SILENT, Came.REPRESENTED)
    assert (share.came, share.counted, share.streak) == (1, 3, 1)


def test_what_was_not_held_is_listed_and_counts_for_nobody() -> None:
    meetings = [held(MAR, maji=How.HERE), held(JAN, maji=How.HERE)]

    unheld = Unheld(datetime(2026, 2, 3, 10), "Flooded road")

    found = participation.of_group(meetings, SEATS, [unheld])

    assert (found.days, found.not_held) == ((JAN, MAR), (unheld,))
    assert (found.shares[0].counted, found.shares[0].streak) == (2, 2)


def test_who_was_silent_before_the_first_time_is_not_counted_from_there() -> None:
    meetings = [held(JAN, maji=How.HERE), held(FEB, maji=How.HERE), held(MAR, afya=How.HERE)]

    found = participation.of_group(meetings, SEATS)

    assert [share.organisation for share in found.shares] == ["Maji", "Afya"]
    assert found.shares[1] == Share("Afya", (Came.SILENT, Came.SILENT, Came.PRESENT))
    assert (found.shares[1].came, found.shares[1].counted) == (1, 3)


def test_a_yes_without_coming_is_no_silence_and_no_presence() -> None:
    meetings = [Held(JAN, promised=frozenset(SEATS), hows={MAJI: frozenset({How.HERE})})]

    found = participation.of_group(meetings, SEATS)

    assert found.shares == (Share("Maji", (Came.PRESENT,)), Share("Afya", (Came.PROMISED,)))
    assert found.present == (1,)


def test_who_comes_most_stands_first() -> None:
    meetings = [held(JAN, maji=How.HERE)]

    found = participation.of_group(meetings, SEATS)

    assert [share.organisation for share in found.shares] == ["Maji", "Afya"]


def test_before_any_meeting_nothing_is_counted() -> None:
    found = participation.of_group([], SEATS)

    assert (found.days, found.present) == ((), ())
    assert [(share.counted, share.share, share.streak) for share in found.shares] == [(0, 0, 0)] * 2
