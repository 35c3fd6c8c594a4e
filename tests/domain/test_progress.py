"""Reading what people report of their actions."""

import pytest

from bot.domain.plan import Point
from bot.domain.progress import (
    WORDS_LIMIT,
    Answer,
    ReportTooLong,
    Said,
    Word,
    called_of,
    in_a_form,
    named_in,
    number_of,
    read,
    surely_of,
)

WORDS = {
    Word.DONE: ["done", "it is done", "imekamilika"],
    Word.GOING: ["going on"],
    Word.LATE: ["late", "will be late"],
    Word.HELP: ["need help"],
    Word.DROP: ["dropped"],
    Word.ADAPT: ["adapted"],
    Word.CALLED: ["called", "by phone"],
    Word.CHALLENGES: ["challenges", "changamoto"],
    Word.DIFFERENTLY: ["differently"],
    Word.SUPPORT: ["support"],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two pumps work", Said("Two pumps work")),
        (
            "Two work. Challenges: diesel. Differently: solar. Support: a mechanic",
            Said("Two work.", "diesel.", "solar.", "a mechanic"),
        ),
        ("Challenges: diesel", Said(challenges="diesel")),
        ("Mbili zinafanya.\nChangamoto: dizeli", Said("Mbili zinafanya.", "dizeli")),
        ("Done", Said("Done", answer=Answer.DONE)),
        ("It is done!", Said("It is done!", answer=Answer.DONE)),
        ("Done, water flows", Said("Done, water flows", answer=Answer.DONE, rest="water flows")),
        ("Done half of it", Said("Done half of it")),
        ("We are late with one challenge", Said("We are late with one challenge")),
        (
            "Dropped: the road is closed",
            Said("Dropped: the road is closed", answer=Answer.DROP, rest="the road is closed"),
        ),
        ("We dropped two of them", Said("We dropped two of them")),
        ("late: 15 Dec", Said("late: 15 Dec", answer=Answer.LATE, rest="15 Dec")),
        ("Called: they wait for pipes", Said("they wait for pipes", is_by_phone=True)),
        ("Called: done", Said("done", answer=Answer.DONE, is_by_phone=True)),
        ("The challenges are many: two", Said("The challenges are many: two")),
    ],
)
def test_a_report_is_read(text: str, expected: Said) -> None:
    assert read(text, WORDS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12: two work", (12, "two work")),
        ("12 two work", (12, "two work")),
        ("#12", (12, "")),
        ("12. ", (12, "")),
        ("two work", (None, "two work")),
        ("12th of May", (None, "12th of May")),
    ],
)
def test_a_number_before_the_words_is_that_of_an_action(
    text: str, expected: tuple[int | None, str]
) -> None:
    assert number_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3: late: 20 Dec", ((3,), "late: 20 Dec")),
        ("3 done", ((3,), "done")),
        ("#3. two work", ((3,), "two work")),
        ("3 - two work", ((3,), "two work")),
        ("3", ((3,), "")),
        ("1, 2: both go on", ((1, 2), "both go on")),
        ("1 na 2 imekamilika", ((1, 2), "imekamilika")),
        ("1 & 2: done", ((1, 2), "done")),
        ("3 pumps work", ((), "3 pumps work")),
        ("1.5 km of pipe", ((), "1.5 km of pipe")),
        ("10:30 we begin", ((), "10:30 we begin")),
        ("3-4 villages have water", ((), "3-4 villages have water")),
        ("3 - 4 villages have water", ((), "3 - 4 villages have water")),
        ("2 of 3: done", ((), "2 of 3: done")),
        ("", ((), "")),
    ],
)
def test_only_a_number_that_counts_nothing_surely_names_an_action(
    text: str, expected: tuple[tuple[int, ...], str]
) -> None:
    assert surely_of(text, WORDS, ["and", "na"]) == expected


@pytest.mark.parametrize(
    ("said", "progress", "challenges"),
    [
        ("two work", "two work", "diesel"),
        ("done", "", "diesel"),
        ("Done, water flows", "water flows", "diesel"),
        ("late: 25 Nov, malori hayakuja", "", "malori hayakuja\ndiesel"),
        ("late: malori hayakuja", "", "malori hayakuja\ndiesel"),
        ("late: 25 Nov", "", "diesel"),
        ("need help: a mechanic", "", "diesel"),
        ("Dropped: the road is closed", "", "diesel"),
        ("Adapted: repair two; one is dry", "", "diesel"),
    ],
)
def test_a_form_shows_no_word_that_was_meant_for_the_bot(
    said: str, progress: str, challenges: str
) -> None:
    assert in_a_form(said, "diesel", WORDS) == (progress, challenges)


def test_a_speech_is_refused() -> None:
    with pytest.raises(ReportTooLong):
        read("a" * (WORDS_LIMIT + 1), WORDS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The borehole at Griftu is repaired", 1),
        ("We repaired one borehole, the other tomorrow", 1),
        ("Tumekarabati kisima cha Abakore", 3),
        ("The borehole is dry", None),
        ("Griftu is far", None),
        ("Repairs: the Griftu borehole and the Griftu dam", 1),
        ("Griftu: repair goes on", None),
    ],
)
def test_an_action_is_named_by_words_that_no_other_shares(text: str, number: int | None) -> None:
    points = [
        Point(1, 1, 7, "repair Griftu borehole"),
        Point(2, 2, 7, "repair the dam of Griftu"),
        Point(3, 3, 7, "kukarabati kisima cha Abakore"),
    ]

    found = named_in(text, points, ("en", "sw"))

    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maji Bora called: they wait", ("Maji Bora", "they wait")),
        ("called Maji Bora: they wait", ("Maji Bora", "they wait")),
        ("Maji Bora, by phone: they wait", ("Maji Bora", "they wait")),
        ("called: they wait", None),
        ("Maji Bora called", None),
        ("Maji Bora called:", None),
        ("They wait: pipes", None),
    ],
)
def test_who_was_phoned_is_read(text: str, expected: tuple[str, str] | None) -> None:
    assert called_of(text, WORDS) == expected
