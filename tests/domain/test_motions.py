"""What counts in a vote."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import motions
from bot.domain.motions import (
    Ballot,
    Choosing,
    CountedBy,
    Reservation,
    ReservationTooLong,
    Tally,
    Word,
    Wording,
)

NOON = datetime(2026, 12, 3, 9, tzinfo=UTC)
MAJI, VOICES = 1, 2
BY_ORGANISATION, BY_MEMBER = CountedBy.ORGANISATION, CountedBy.MEMBER


def word(
    organisation: int | None,
    member: int | None,
    ballot: Ballot,
    minute: int,
    *,
    prime: bool = False,
) -> Word:
    at = NOON + timedelta(minutes=minute)
    return Word(organisation, ballot, at, member_id=member, is_prime=prime)


def ballots(words: tuple[Word, ...]) -> list[Ballot]:
    return [one.ballot for one in words]


def test_the_prime_speaks_for_an_organisation_also_if_others_speak_later() -> None:
    said = [
        word(MAJI, 10, Ballot.YES, 1, prime=True),
        word(MAJI, 11, Ballot.NO, 2),
        word(VOICES, 20, Ballot.NO, 3),
        word(VOICES, 21, Ballot.YES, 4),
    ]
    assert ballots(motions.counted(said, BY_ORGANISATION)) == [Ballot.YES, Ballot.YES]


def test_what_was_entered_for_an_organisation_counts_until_its_own_people_speak() -> None:
    entered = word(MAJI, None, Ballot.NO, 5)
    assert motions.counted([entered], BY_ORGANISATION) == (entered,)
    assert motions.counted([entered], BY_MEMBER) == (entered,)
    own = word(MAJI, 11, Ballot.YES, 1)
    assert motions.counted([entered, own], BY_ORGANISATION) == (own,)
    assert motions.counted([entered, own], BY_MEMBER) == (own,)


def test_who_speaks_for_no_organisation_counts_only_among_members() -> None:
    alone = word(None, 30, Ballot.YES, 1)
    assert motions.counted([alone], BY_ORGANISATION) == ()
    assert motions.counted([alone], BY_MEMBER) == (alone,)


said_words = st.builds(
    word,
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, 10, 11, 12, 13, 14]),
    st.sampled_from(Ballot),
    st.integers(0, 5),
    prime=st.booleans(),
)


@given(st.lists(said_words))
def test_an_organisation_is_counted_at_most_once(words: list[Word]) -> None:
    found = motions.counted(words, BY_ORGANISATION)
    voters = [one.organisation_id for one in found]
    assert len(voters) == len(set(voters))
    assert set(found) <= set(words)
    assert motions.tally(found).total == len(found)


@given(st.lists(said_words))
def test_a_member_is_counted_once_with_their_last_word(words: list[Word]) -> None:
    found = [one for one in motions.counted(words, BY_MEMBER) if one.member_id is not None]
    assert sorted(one.member_id or 0 for one in found) == sorted(
        {one.member_id for one in words if one.member_id is not None}
    )
    for one in found:
        assert one.at == max(other.at for other in words if other.member_id == one.member_id)


@given(st.lists(said_words, unique_by=lambda one: (one.member_id, one.organisation_id)))
def test_the_order_in_which_words_are_read_changes_nothing(words: list[Word]) -> None:
    for by in CountedBy:
        assert motions.counted(words, by) == motions.counted(words[::-1], by)


@given(st.lists(said_words), said_words)
def test_a_word_of_another_organisation_changes_no_word_that_counts(
    words: list[Word], other: Word
) -> None:
    mine = [one for one in words if one.organisation_id == MAJI and one.member_id in {10, 11}]
    stranger = Word(VOICES, other.ballot, other.at, member_id=99, is_prime=other.is_prime)
    before = motions.counted(mine, BY_ORGANISATION)
    after = motions.counted([*mine, stranger], BY_ORGANISATION)
    assert tuple(one for one in after if one.organisation_id == MAJI) == before


@pytest.mark.parametrize(
    ("found", "is_carried"),
    [
        (Tally(yes=2, no=1, abstained=5), True),
        (Tally(yes=1, no=1), False),
        (Tally(abstained=3), False),
        (Tally(), False),
    ],
    ids=["more yes", "tie", "only abstentions", "nobody"],
)
def test_a_majority_needs_more_yes_than_no(found: Tally, is_carried: bool) -> None:  # noqa: FBT001 - a column of the table
    assert motions.is_carried(Choosing.MAJORITY, found) is is_carried
    assert motions.is_carried(Choosing.CONSENT, found)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("We meet: twice", Wording("We meet: twice", Choosing.CONSENT)),
        ("Yes / No:  We meet", Wording("We meet", Choosing.MAJORITY)),
        ("ndiyo/hapana: Tukutane", Wording("Tukutane", Choosing.MAJORITY)),
        ("consent: Majority rule", Wording("Majority rule", Choosing.CONSENT)),
        ("majority", Wording("", Choosing.MAJORITY)),
        ("yes/no/abstain: We meet", Wording("We meet", Choosing.MAJORITY)),
        ("ndiyo / hapana / sipigi upande", Wording("", Choosing.MAJORITY)),
        ("yes/no We meet: twice", Wording("We meet: twice", Choosing.MAJORITY)),
        ("Ndiyo/Hapana - Tukutane", Wording("Tukutane", Choosing.MAJORITY)),
        ("yes we meet", Wording("yes we meet", Choosing.CONSENT)),
        ("Trucks/no: a list", Wording("Trucks/no: a list", Choosing.CONSENT)),
        ("/: a list", Wording("/: a list", Choosing.CONSENT)),
        ("", Wording("", Choosing.CONSENT)),
    ],
)
def test_words_before_a_colon_say_how_it_is_decided(text: str, wording: Wording) -> None:
    words = {
        "consent": ["consent"],
        "majority": ["yes/no", "majority", "ndiyo/hapana"],
        "ballots": ["yes", "👍", "no", "abstain", "ndiyo", "hapana", "sipigi upande"],
    }
    assert motions.read_motion(text, **words) == wording


def test_a_reservation_is_one_line_and_no_speech() -> None:
    assert motions.check_reservation(" Too far\nfor women ") == "Too far for women"
    with pytest.raises(ReservationTooLong):
        motions.check_reservation("W" * (motions.RESERVATION_LIMIT + 1))


def test_a_reservation_stands_under_the_name_of_its_organisation() -> None:
    assert Reservation("Maji Bora", "Too far").as_line == "Maji Bora: Too far"
    assert Reservation("Maji Bora", is_passed_on=True).as_line == "Maji Bora*"
