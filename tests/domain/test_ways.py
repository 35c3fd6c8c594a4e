"""How people take part, as they type it."""

import pytest

from bot.domain.ways import LinkTooLong, Said, Way, Where, read_way


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [
        ("3 Dec 10:00 County Hall", Said(), "3 Dec 10:00 County Hall"),
        ("3 Dec 10:00 by phone", Said(phone=True), "3 Dec 10:00"),
        (
            "3 Dec by phone 0700 123 456 10:00",
            Said(phone=True, link="0700 123 456"),
            "3 Dec, 10:00",
        ),
        (
            "by phone: +254 700-123-456, 3 Dec 10:00",
            Said(phone=True, link="+254 700-123-456"),
            "3 Dec 10:00",
        ),
        ("by phone 4 pm 3 Dec", Said(phone=True), "4 pm 3 Dec"),
        (
            "3 Dec 10:00 online https://meet.example/a-b?x=1",
            Said(online=True, link="https://meet.example/a-b?x=1"),
            "3 Dec 10:00",
        ),
        (
            "3 Dec 10:00 https://meet.example/ab",
            Said(online=True, link="https://meet.example/ab"),
            "3 Dec 10:00",
        ),
        ("3 Desemba saa 4 asubuhi kwa simu", Said(phone=True), "3 Desemba saa 4 asubuhi"),
        ("3 Diseembar 10:00 taleefan", Said(phone=True), "3 Diseembar 10:00"),
        ("3 Dec 10:00 County Hall in person", Said(in_person=True), "3 Dec 10:00 County Hall"),
        (
            "3 Dec 10:00 County Hall, place told late",
            Said(is_late=True),
            "3 Dec 10:00 County Hall",
        ),
        ("by phone 0722 111 222", Said(phone=True, link="0722 111 222"), ""),
        ("kwa simu 0722 111 222", Said(phone=True, link="0722 111 222"), ""),
        ("Ukumbi wa Chifu, kwa simu", Said(phone=True), "Ukumbi wa Chifu"),
        ("Hall, phone 0700 123 456", Said(phone=True, link="0700 123 456"), "Hall"),
        ("call 0722000111", Said(phone=True, link="0722000111"), ""),
        ("wac 0722000111", Said(phone=True, link="0722000111"), ""),
        ("call the chief, Hall", Said(), "call the chief, Hall"),
        ("County Hall or by phone", Said(phone=True), "County Hall"),
        ("by phone only", Said(phone=True), ""),
        ("on Zoom", Said(online=True, link="Zoom"), ""),
        ("kwa Zoom", Said(online=True, link="Zoom"), ""),
        ("Teams https://a.example/b", Said(online=True, link="Teams https://a.example/b"), ""),
        ("all teams, Hall", Said(), "all teams, Hall"),
        ("online or County Hall", Said(online=True), "County Hall"),
        ("Ukumbi na mtandaoni", Said(online=True), "Ukumbi"),
        ("Hoolka ama onlayn", Said(online=True), "Hoolka"),
        ("hybrid County Hall", Said(online=True, in_person=True), "County Hall"),
        ("only in County Hall", Said(in_person=True), "County Hall"),
        ("County Hall only in person", Said(in_person=True), "County Hall"),
        ("Ukumbi wa Kaunti tu", Said(in_person=True), "Ukumbi wa Kaunti"),
        ("Hoolka oo keliya", Said(in_person=True), "Hoolka"),
        ("Hall (place told late)", Said(is_late=True), "Hall"),
        ("Hall, tell the place late", Said(is_late=True), "Hall"),
        ("Hall. Place told the day before", Said(is_late=True), "Hall."),
        ("Hall place secret", Said(is_late=True), "Hall"),
        ("Ukumbi, mahali pa siri", Said(is_late=True), "Ukumbi"),
        ("Hoolka, goobta waa qarsoodi", Said(is_late=True), "Hoolka"),
        ("place told now", Said(is_told_now=True), ""),
        ("taja mahali sasa", Said(is_told_now=True), ""),
        ("African Virtual University", Said(), "African Virtual University"),
    ],
)
def test_the_way_is_read_and_the_rest_is_left(text: str, said: Said, left: str) -> None:
    assert read_way(text) == (said, left)


@pytest.mark.parametrize(
    ("said", "place", "expected"),
    [
        (Said(), "Hall", Where("Hall", Way.MIXED)),
        (Said(), "", Where("", Way.MIXED)),
        (Said(phone=True, link="0700"), "", Where("", Way.PHONE, "0700")),
        (Said(phone=True, link="0700"), "Hall", Where("Hall", Way.MIXED, "0700")),
        (Said(online=True), "", Where("", Way.ONLINE)),
        (Said(online=True, phone=True), "", Where("", Way.MIXED)),
        (Said(in_person=True), "Hall", Where("Hall", Way.PLACE)),
        (Said(is_late=True), "Hall", Where("Hall", Way.MIXED, is_late=True)),
        (Said(online=True), "Hall", Where("Hall", Way.HYBRID)),
        (Said(online=True, in_person=True), "", Where("", Way.HYBRID)),
    ],
)
def test_a_place_and_a_call_together_are_both(said: Said, place: str, expected: Where) -> None:
    assert said.at(place) == expected


def test_an_address_that_is_too_long_is_refused() -> None:
    with pytest.raises(LinkTooLong):
        read_way("3 Dec 10:00 https://meet.example/" + "x" * 200)


LATE = Where("Hall", Way.MIXED, "0700", is_late=True)


@pytest.mark.parametrize(
    ("before", "place", "said", "after"),
    [
        (LATE, "", Said(phone=True, link="0722"), Where("", Way.PHONE, "0722", is_late=True)),
        (LATE, "Office", Said(), Where("Office", Way.MIXED, "0700", is_late=True)),
        (LATE, "", Said(is_told_now=True), Where("Hall", Way.MIXED, "0700")),
        (LATE, "", Said(in_person=True), Where("Hall", Way.PLACE, is_late=True)),
        (
            Where("", Way.PHONE, "0700"),
            "",
            Said(is_late=True),
            Where("", Way.PHONE, "0700", is_late=True),
        ),
        (Where("", Way.ONLINE, "Zoom"), "Hall", Said(), Where("Hall", Way.HYBRID, "Zoom")),
        (Where("Hall", Way.PLACE), "", Said(online=True), Where("", Way.ONLINE)),
    ],
)
def test_a_change_of_one_thing_leaves_the_others(
    before: Where, place: str, said: Said, after: Where
) -> None:
    assert before.changed(place, said) == after


@pytest.mark.parametrize("where", [Where("Hall", way) for way in Way])
def test_what_is_known_of_a_place_can_be_said_again(where: Where) -> None:
    again = where.said.at("" if where.way in (Way.PHONE, Way.ONLINE) else where.place)

    assert again.way == where.way
