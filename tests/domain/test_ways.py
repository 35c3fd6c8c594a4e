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
            "3 Dec , 10:00",
        ),
        (
            "by phone: +254 700-123-456, 3 Dec 10:00",
            Said(phone=True, link="+254 700-123-456"),
            ", , 3 Dec 10:00",
        ),
        ("by phone 4 pm 3 Dec", Said(phone=True), ", 4 pm 3 Dec"),
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
    ],
)
def test_the_way_is_read_and_the_rest_is_left(text: str, said: Said, left: str) -> None:
    found, rest = read_way(text)

    assert found == said
    assert " ".join(rest.split()).rstrip(" ,") == left


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
    ],
)
def test_a_place_and_a_call_together_are_both(said: Said, place: str, expected: Where) -> None:
    assert said.at(place) == expected


def test_an_address_that_is_too_long_is_refused() -> None:
    with pytest.raises(LinkTooLong):
        read_way("3 Dec 10:00 https://meet.example/" + "x" * 200)
