"""Minutes as an office would file them, for documents: a true meeting, and the longest of all."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.minutes import Record, Section
from bot.domain.notebook import EntryKind, Line, Owner
from bot.domain.presence import How, Present
from bot.domain.ways import Way

OPENED, CLOSED = datetime(2026, 12, 3, 10, 3), datetime(2026, 12, 3, 12, 10)
ARABIC = "منظمة السلام"
SOMALI = "Hay'adda Horumarinta Xoolaha"


def present(
    organisation: str,
    person: str,
    how: How = How.HERE,
    *,
    arrived: datetime = OPENED,
    left: datetime | None = None,
) -> Present:
    """Return somebody who was there from the beginning to the end, unless told otherwise."""
    return Present(1, organisation, person, how, arrived, left)


SECTIONS = (
    Section(1, "", routine="opening", minutes_spent=6),
    Section(2, "", routine="actions"),
    Section(
        3,
        "Water trucks: who goes where",
        organisation="Maji Bora Trust",
        presenter="Amina Hassan",
        entries=(
            Line(
                1,
                EntryKind.AGREED,
                "Trucks go to Griftu first, then to Eldas",
                how="consent",
                votes=(5, 1),
                reservations=("Red Dune*: not before the road is open",),
                review_on=date(2027, 3, 1),
            ),
            Line(
                2,
                EntryKind.ACTION,
                "Repair Griftu borehole",
                owner=Owner("Amina Hassan", "Maji Bora Trust"),
                due=date(2026, 12, 10),
                stream="Layering",
            ),
            Line(3, EntryKind.NOTE, "The road to Eldas is cut", said_by="Ibrahim Ali"),
            Line(4, EntryKind.HELP, "A water engineer for three days"),
        ),
    ),
    Section(4, "Who is paid what", is_off_record=True),
    Section(
        5,
        "Partner news",
        entries=(
            Line(5, EntryKind.AGREED, "We meet twice a month"),
            Line(6, EntryKind.ACTION, "أصلح البئر في غريفتو قبل نهاية الشهر"),
            Line(7, EntryKind.IDEA, f"{SOMALI} ayaa ceelka la wareegi karta"),
        ),
    ),
    Section(6, "", routine="other-business", is_done=False),
)


def make_record(**changes: object) -> Record:
    """Return the minutes of a meeting; what a test does not care about is filled in."""
    late, early = datetime(2026, 12, 3, 10, 30), datetime(2026, 12, 3, 11, 15)
    record = Record(
        coalition="Drought Partnership",
        group="Wajir",
        serial=3,
        starts=OPENED,
        ends=CLOSED,
        planned_starts=datetime(2026, 12, 3, 10),
        planned_ends=datetime(2026, 12, 3, 12),
        place="County Hall",
        way=Way.MIXED,
        facilitator="Fatuma Noor, Red Dune",
        note_taker="Maji Bora Trust",
        present=(
            present("Maji Bora Trust", "Amina Hassan"),
            present("Red Dune", "Fatuma Noor", arrived=late),
            present(SOMALI, "Ibrahim Ali", How.PHONE, left=early),
            present(ARABIC, "", How.REPRESENTED),
        ),
        guests=(present("County Water Office", "Eng. Said Omar"),),
        apologies=("Action Sahel",),
        absent=("Camel Milk Network", "Frontier Health"),
        seats=7,
        needed=4,
        sections=SECTIONS,
        next_starts=datetime(2027, 1, 7, 10),
        next_place="County Hall",
        last_serial=2,
        last_starts=datetime(2026, 11, 5, 10),
        open_actions=(
            Line(90, EntryKind.ACTION, "Map the dry wells", owner=Owner("", "Action Sahel")),
        ),
    )
    return replace(record, **changes)  # type: ignore[arg-type]  # whatever the test names


def of_entries(count: int, text: str = "Entry {number}: trucks go to Griftu") -> Record:
    """Return minutes with so many entries, of all kinds in turn, under ten items."""
    kinds = list(EntryKind)
    lines = [
        Line(
            number,
            kinds[number % len(kinds)],
            text.format(number=number),
            owner=Owner("Amina Hassan", "Maji Bora Trust"),
            due=date(2026, 12, 10),
        )
        for number in range(1, count + 1)
    ]
    sections = tuple(
        Section(item + 1, f"Item {item + 1}", entries=tuple(lines[item::10])) for item in range(10)
    )
    return make_record(sections=sections)
