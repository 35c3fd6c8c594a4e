"""Who comes: answers of persons, counted by organisation."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import attendance
from bot.domain.attendance import Answer, Attendance, Voice

COMING, PHONE, ALTERNATE, CANNOT = Answer

VOICES = st.lists(
    st.builds(
        Voice,
        organisation_id=st.integers(1, 4),
        answer=st.sampled_from(Answer),
        is_alternate=st.booleans(),
    )
)


def prime(answer: Answer, organisation: int = 1) -> Voice:
    """Return the word of an organisation's first representative."""
    return Voice(organisation, answer)


def alternate(answer: Answer, organisation: int = 1) -> Voice:
    """Return the word of the other one."""
    return Voice(organisation, answer, is_alternate=True)


@pytest.mark.parametrize(
    ("voices", "answer"),
    [
        pytest.param([], None, id="nobody spoke"),
        pytest.param([prime(COMING)], COMING, id="one comes"),
        pytest.param([prime(CANNOT)], CANNOT, id="one cannot"),
        pytest.param([prime(CANNOT), alternate(COMING)], COMING, id="one there is there"),
        pytest.param([prime(PHONE), alternate(COMING)], COMING, id="there beats by phone"),
        pytest.param([prime(PHONE), alternate(CANNOT)], PHONE, id="by phone beats cannot"),
        pytest.param([prime(ALTERNATE)], ALTERNATE, id="my alternate comes"),
        pytest.param([prime(ALTERNATE), alternate(COMING)], COMING, id="and the alternate agrees"),
        pytest.param([prime(ALTERNATE), alternate(CANNOT)], CANNOT, id="but the alternate cannot"),
        pytest.param([prime(ALTERNATE), prime(CANNOT)], ALTERNATE, id="another prime cannot"),
    ],
)
def test_the_voices_of_an_organisation_become_one_answer(
    voices: list[Voice], answer: Answer | None
) -> None:
    for order in itertools.permutations(voices):
        assert attendance.organisation_answer(order) is answer


def test_organisations_are_counted_in_the_order_of_their_list() -> None:
    organisations = {3: "Afya", 1: "Maji", 2: "Elimu", 4: "Tumaini"}
    voices = [prime(COMING, 2), prime(COMING, 3), prime(PHONE, 1)]

    counted = attendance.count(organisations, voices)

    assert counted == Attendance(
        by_answer={COMING: ("Afya", "Elimu"), PHONE: ("Maji",), ALTERNATE: (), CANNOT: ()},
        silent=("Tumaini",),
    )
    assert (counted.total, counted.present) == (4, 3)


def test_by_phone_and_by_an_alternate_count_like_being_there() -> None:
    voices = [prime(COMING, 1), prime(PHONE, 2), prime(ALTERNATE, 3), prime(CANNOT, 4)]

    counted = attendance.count({number: str(number) for number in range(1, 6)}, voices)

    assert (counted.total, counted.present, counted.silent) == (5, 3, ("5",))


def test_somebody_of_no_listed_organisation_does_not_count() -> None:
    counted = attendance.count({1: "Maji"}, [prime(COMING, 9)])

    assert (counted.total, counted.present) == (1, 0)


@given(VOICES)
def test_every_organisation_stands_in_exactly_one_place(voices: list[Voice]) -> None:
    organisations = {number: str(number) for number in range(1, 5)}

    counted = attendance.count(organisations, voices)

    listed = [*itertools.chain(*counted.by_answer.values()), *counted.silent]
    assert sorted(listed) == sorted(organisations.values())
    assert counted.total == 4
