"""Items in people's words, the time they take, and their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import (
    DEFAULT_TEMPLATE,
    TITLE_LIMIT,
    Agenda,
    Edit,
    Item,
    ItemState,
    ItemUnreadable,
    Line,
    MinutesImpossible,
    MinutesUnreadable,
    Outcome,
    Routine,
    Share,
    Template,
    TemplateUnreadable,
    TitleTooLong,
    Word,
    dominant,
    inserted,
    is_surely_item,
    moved,
    read_item,
    read_minutes,
    read_template,
    template_changed,
    template_line,
    verdict,
)
from bot.errors import BotError
from bot.rendering.messages import renderer

WORDS = renderer().agenda_words


def item(
    number: int, minutes: int = 10, organisation: str = "", *, is_routine: bool = False
) -> Item:
    return Item(number, f"Item {number}", minutes, organisation=organisation, is_routine=is_routine)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Water trucks", Line("Water trucks")),
        ("Water trucks, 20", Line("Water trucks", 20)),
        ("Water trucks, 20 min", Line("Water trucks", 20)),
        ("Water trucks 20min", Line("Water trucks", 20)),
        ("Water trucks (20 minutes)", Line("Water trucks", 20)),
        ("Water trucks - 20 min - Amina", Line("Water trucks", 20, "Amina")),
        (
            "Water trucks: who goes where, 20 min, Amina",
            Line("Water trucks: who goes where", 20, "Amina"),
        ),
        (
            "Water, roads and food, 1 hour, Amina Ali",
            Line("Water, roads and food", 60, "Amina Ali"),
        ),
        ("Magari ya maji, dakika 40, Amina", Line("Magari ya maji", 40, "Amina")),
        ("Magari ya maji dakika 40", Line("Magari ya maji", 40)),
        ("Magari ya maji, nusu saa", Line("Magari ya maji", 30)),
        ("Baabuurta biyaha, 20 daqiiqo", Line("Baabuurta biyaha", 20)),
        ("Salaries, off the record", Line("Salaries", None, "", is_off_record=True)),
        (
            "Salaries, 15 min, Amina, off the record",
            Line("Salaries", 15, "Amina", is_off_record=True),
        ),
        ("Salaries OFF-THE-RECORD", Line("Salaries", None, "", is_off_record=True)),
        ("Mishahara, dakika 15, bila kumbukumbu", Line("Mishahara", 15, "", is_off_record=True)),
        ("20 min, Water trucks", Line("Water trucks", 20)),
        ("Water trucks, 20 min, presenter: Amina", Line("Water trucks", 20, "Amina")),
        ("Water trucks 20", Line("Water trucks", 20)),
        ("Water trucks, 20min presented by Ibrahim", Line("Water trucks", 20, "Ibrahim")),
        ("Water trucks 20 minutes by Ibrahim Ali", Line("Water trucks", 20, "Ibrahim Ali")),
        ("Maji, dakika 20 na Ibrahim", Line("Maji", 20, "Ibrahim")),
        ("Roads, 1.5 hours", Line("Roads", 90)),
        ("Roads 1h30", Line("Roads", 90)),
        ("Roads, 1 hour 20 min, Amina", Line("Roads", 80, "Amina")),
        ("Maji dakika kumi", Line("Maji", 10)),
        ("Maji, dakika kumi na tano", Line("Maji", 15)),
        ("Maji, saa moja", Line("Maji", 60)),
        ("Maji saa moja na nusu", Line("Maji", 90)),
        ("Biyaha, toban daqiiqo", Line("Biyaha", 10)),
        ("Food (30 min) - Grace", Line("Food", 30, "Grace")),
        ("Off-record: salaries, 10 min", Line("salaries", 10, "", is_off_record=True)),
        ("Siri: mishahara, dakika 10", Line("mishahara", 10, "", is_off_record=True)),
        ("Off the record salaries", Line("salaries", None, "", is_off_record=True)),
        ("Off the record - salaries, 10 min", Line("salaries", 10, "", is_off_record=True)),
        ("Salaries off the record 10 min", Line("Salaries", 10, "", is_off_record=True)),
        (
            "Salaries, 10 min, Amina, confidential",
            Line("Salaries", 10, "Amina", is_off_record=True),
        ),
        ("Who brought number 7", Line("Who brought number 7")),
        ("Section 5, 20 min", Line("Section 5", 20)),
        ("Confidential files", Line("Confidential files")),
        ("Report 2026", Line("Report 2026")),
        ("Plan for 2027, 30", Line("Plan for 2027", 30)),
        ("Trucks (Wajir East), 20 min", Line("Trucks (Wajir East)", 20)),
    ],
)
def test_an_item_is_read_in_peoples_words(text: str, line: Line) -> None:
    assert read_item(text, WORDS) == line


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", ItemUnreadable),
        ("20 min", ItemUnreadable),
        ("?!", ItemUnreadable),
        ("Water, 0 min", MinutesImpossible),
        ("Water, 999 min", MinutesImpossible),
        ("Water " * 40, TitleTooLong),
    ],
)
def test_what_is_no_item_is_refused(text: str, refusal: type[BotError]) -> None:
    with pytest.raises(refusal):
        read_item(text, WORDS)


@given(st.text(max_size=300))
def test_any_text_is_an_item_or_is_refused(text: str) -> None:
    try:
        line = read_item(text, WORDS)
    except BotError:
        return
    assert 0 < len(line.title) <= TITLE_LIMIT


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20", 20),
        ("dakika 40", 40),
        ("1 hour", 60),
        ("half an hour", 30),
        ("10 min.", 10),
        ("dakika kumi", 10),
        ("kumi", 10),
        ("saa moja", 60),
        ("labaatan daqiiqo", 20),
        ("ten", 10),
    ],
)
def test_minutes_alone_are_read(text: str, minutes: int) -> None:
    assert read_minutes(text, WORDS) == minutes


def test_words_without_a_number_are_no_minutes() -> None:
    with pytest.raises(MinutesUnreadable):
        read_minutes("not long", WORDS)


@pytest.mark.parametrize(
    ("text", "is_item"),
    [
        ("Goats, 20 min", True),
        ("Mishahara, bila kumbukumbu", True),
        ("Maji dakika kumi", True),
        ("20 min", False),
        ("I will be late", False),
        ("Noted with thanks", False),
        ("Who brought number 20", False),
        ("I will be 20 min late", False),
        ("", False),
    ],
)
def test_an_item_among_talk_says_how_long_or_off_the_record(text: str, *, is_item: bool) -> None:
    assert is_surely_item(text, WORDS) is is_item


def test_a_template_lists_its_items_and_the_lines_below() -> None:
    template = read_template(
        "Prayer 5; Water; Roads: who repairs, 20 min; Goats: 30\n"
        "Transport: fare 500; Lunch: provided",
        WORDS,
    )

    assert [line for _, line in template.lines] == [
        Line("Prayer", 5),
        Line("Water", 15),
        Line("Roads: who repairs", 20),
        Line("Goats", 30),
    ]
    assert template.note == "Transport: fare 500; Lunch: provided"


def test_what_every_agenda_has_is_known_by_its_name_in_any_language() -> None:
    template = read_template("Kufungua 5; Biyaha 20; AOB 10", WORDS)

    assert template.lines == (
        (Routine.OPENING, Line("", 5)),
        (None, Line("Biyaha", 20)),
        (Routine.OTHER_BUSINESS, Line("", 10)),
    )


def test_a_line_below_alone_leaves_the_items_as_they_are() -> None:
    own = template_changed("Prayer 5; Lunch: none", "Transport/lunch: fare is paid", WORDS)
    usual = read_template(template_changed("", "Lunch: provided", WORDS), WORDS)

    assert own == "Prayer 5; Transport/lunch: fare is paid"
    assert usual == Template(DEFAULT_TEMPLATE.lines, "Lunch: provided")
    assert template_changed("Prayer 5; Lunch: none", "Water 5", WORDS) == "Water 5"


def test_a_group_without_a_template_has_the_usual_one() -> None:
    assert read_template("", WORDS) == DEFAULT_TEMPLATE


@pytest.mark.parametrize("text", [";", "; ".join(["Item 5"] * 13)])
def test_a_template_without_items_or_with_too_many_is_refused(text: str) -> None:
    with pytest.raises(TemplateUnreadable):
        read_template(text, WORDS)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("template: Opening 5", "Opening 5"),
        ("Template:", ""),
        ("Transport/lunch: paid", "Transport/lunch: paid"),
        ("Water: 5", None),
        ("", None),
    ],
)
def test_the_word_template_is_recognised(text: str, rest: str | None) -> None:
    assert template_line(text, WORDS) == rest


def test_an_agenda_of_five_hours_is_three_too_long_for_two() -> None:
    agenda = Agenda(tuple(item(n, 60) for n in range(5)), available=120)

    assert agenda.budget.over == 180


def test_a_full_agenda_is_not_overfull() -> None:
    assert Agenda((item(1, 120),), available=120).budget.over == 0


@pytest.mark.parametrize(
    ("items", "share"),
    [
        ([], None),
        ([item(1, 60, "A")], None),
        ([item(1, 61, "A")], Share("A", 61, 120)),
        ([item(1, 40, "A"), item(2, 30, "A"), item(3, 30, "B")], Share("A", 70, 120)),
        ([item(1, 70, "A"), item(2, 90, "B")], Share("B", 90, 160)),
        ([item(1, 90, "A", is_routine=True)], None),
        ([item(1, 90)], None),
    ],
)
def test_who_holds_more_than_half_is_named(items: list[Item], share: Share | None) -> None:
    assert dominant(items, 120) == share


@given(st.lists(st.integers(1, 99), unique=True, min_size=1), st.data(), st.sampled_from([-1, 1]))
def test_moving_keeps_all_items_and_goes_back(
    order: list[int], data: st.DataObject, by: int
) -> None:
    chosen = data.draw(st.sampled_from(order))

    after = moved(order, chosen, by=by)

    assert sorted(after) == sorted(order)
    assert abs(after.index(chosen) - order.index(chosen)) == (0 if after == order else 1)


def test_a_new_item_comes_before_what_closes_the_meeting() -> None:
    own = Item(1, "Sala", 5, is_routine=True)
    last = Item(3, "", 5, routine=Routine.OTHER_BUSINESS, is_routine=True)
    closing = Item(4, "Closing prayer", 5, is_routine=True)

    assert inserted([own, item(2), last], 9, WORDS) == [1, 2, 9, 3]
    assert inserted([own, item(2), last, closing], 9, WORDS) == [1, 2, 9, 3, 4]
    assert inserted([item(1)], 9, WORDS) == [1, 9]
    assert inserted([], 9, WORDS) == [9]


def test_a_new_item_comes_after_a_groups_own_items_that_close_nothing() -> None:
    items = [Item(1, "Sala", 5, is_routine=True), Item(2, "Maji", 30, is_routine=True)]

    assert inserted(items, 9, WORDS) == [1, 2, 9]


def test_every_language_has_words_for_minutes_and_for_off_the_record() -> None:
    assert {("minutes",), ("dakika",), ("daqiiqo",)} <= WORDS[Word.MINUTES]
    assert {("off", "the", "record"), ("bila", "kumbukumbu")} <= WORDS[Word.OFF_RECORD]


@pytest.mark.parametrize(
    ("what", "state", "changed_in", "outcome"),
    [
        pytest.param(Edit.ACCEPT, ItemState.PROPOSED, 3, Outcome.DONE, id="as-seen"),
        pytest.param(Edit.ACCEPT, ItemState.ACCEPTED, 5, Outcome.ALREADY, id="twice"),
        pytest.param(Edit.ACCEPT, ItemState.PROPOSED, 5, Outcome.CHANGED, id="corrected-since"),
        pytest.param(Edit.ACCEPT, ItemState.BACKLOG, 9, Outcome.DONE, id="counted-elsewhere"),
        pytest.param(Edit.ACCEPT, ItemState.DECLINED, 3, Outcome.CHANGED, id="declined-since"),
        pytest.param(Edit.DECLINE, ItemState.ACCEPTED, 5, Outcome.CHANGED, id="accepted-since"),
        pytest.param(Edit.MINUTES, ItemState.ACCEPTED, 5, Outcome.ALREADY, id="same-minutes"),
        pytest.param(Edit.UP, ItemState.ACCEPTED, 1, Outcome.CHANGED, id="order-moved"),
        pytest.param(Edit.OPEN, ItemState.ACCEPTED, 5, Outcome.DONE, id="only-look"),
        pytest.param(Edit.DROP, ItemState.ACCEPTED, 3, Outcome.CHANGED, id="taken-on-since"),
    ],
)
def test_an_old_button_does_what_it_says_or_nothing(
    what: Edit, state: ItemState, changed_in: int, outcome: Outcome
) -> None:
    item = Item(1, "Water", 20, state=state, version=changed_in)

    assert verdict(what, item, number=20, seen=4, version=5) is outcome


def test_a_button_for_an_item_that_is_nowhere_changes_nothing() -> None:
    assert verdict(Edit.ACCEPT, None, number=0, seen=4, version=4) is Outcome.CHANGED
