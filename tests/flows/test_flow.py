"""The pure part of conversations: where one stands after an answer, back, or skip."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.groups import Group
from bot.domain.meetings import PlaceTooLong
from bot.flows.flow import (
    Flow,
    Pick,
    Said,
    Scene,
    Screen,
    Standing,
    Step,
    Talk,
    Words,
    answered,
    back,
    opening,
    skipped,
)

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
SCENE = Scene(now=NOW, language="en", languages=("en", "sw"))


@dataclass(frozen=True)
class Order:
    """What somebody wants for lunch."""

    dish: str = ""
    sides: tuple[str, ...] = ()
    spice: str = ""


def ask(template: str) -> Screen:
    return Screen(f"{template}.html")


def take_dish(order: Order, said: Said, _scene: Scene) -> Order:
    if said == Words("stones"):
        raise PlaceTooLong(length=6, limit=5)
    dish = said.text if isinstance(said, Words) else said.value
    return replace(order, dish=dish)


def take_side(order: Order, said: Said, _scene: Scene) -> Order:
    return order if said == Pick("done") else replace(order, sides=(*order.sides, str(said)))


async def serve(_talk: Talk, _order: Order) -> None:
    raise AssertionError("nobody is served in these tests")


LUNCH = Flow(
    name="lunch",
    version=1,
    state=Order,
    steps=(
        Step("dish", lambda *_: ask("dish"), take_dish, applies=lambda order: not order.dish),
        Step(
            "sides",
            lambda *_: ask("sides"),
            take_side,
            again=lambda order: 0 < len(order.sides) < 3,
            skip=lambda order: replace(order, sides=()),
        ),
        Step(
            "spice",
            lambda *_: ask("spice"),
            lambda order, said, _: replace(order, spice=str(said)),
            applies=lambda order: order.dish == "stew",
        ),
    ),
    finish=serve,
    command="lunch",
)


def names(at: Standing[Order]) -> tuple[str | None, tuple[str, ...]]:
    return at.step.name if at.step else None, at.trail


def test_a_conversation_begins_at_the_first_question_that_is_open() -> None:
    assert names(opening(LUNCH, Order())) == ("dish", ())
    assert names(opening(LUNCH, Order(dish="rice"))) == ("sides", ())


def test_a_question_that_does_not_apply_is_left_out() -> None:
    at = answered(LUNCH, opening(LUNCH, Order()), Words("rice"), SCENE)
    assert names(at) == ("sides", ("dish",))

    at = skipped(LUNCH, at)

    assert names(at) == (None, ("dish", "sides"))
    assert at.state == Order(dish="rice")


def test_a_question_is_asked_again_while_its_list_grows() -> None:
    at = answered(LUNCH, opening(LUNCH, Order(dish="stew")), Pick("beans"), SCENE)
    assert names(at) == ("sides", ())

    for side in ("kale", "maize"):
        at = answered(LUNCH, at, Pick(side), SCENE)

    assert names(at) == ("spice", ("sides",))


def test_back_asks_the_question_before_and_keeps_what_was_said() -> None:
    at = answered(LUNCH, opening(LUNCH, Order()), Words("stew"), SCENE)

    at = back(LUNCH, at)

    assert names(at) == ("dish", ())
    assert at.state.dish == "stew"
    assert back(LUNCH, at) == at


def test_an_answer_that_cannot_be_meant_is_refused() -> None:
    at = opening(LUNCH, Order())

    with pytest.raises(PlaceTooLong):
        answered(LUNCH, at, Words("stones"), SCENE)


def test_a_question_that_has_to_be_answered_cannot_be_skipped() -> None:
    at = opening(LUNCH, Order())

    assert skipped(LUNCH, at) == at


def test_a_group_brings_its_time_and_its_languages_after_the_persons_own() -> None:
    group = Group(1, 1, "Mandera", "Africa/Nairobi", ("so", "sw"), -1)

    scene = SCENE.in_group(group)

    assert scene.languages == ("en", "so", "sw")
    assert (SCENE.local_now.hour, scene.local_now.hour) == (6, 9)


@given(st.lists(st.sampled_from(["stew", "rice", "done", "back", "skip"]), max_size=30))
def test_however_people_answer_the_way_back_leads_over_questions_that_were_asked(
    moves: list[str],
) -> None:
    at = opening(LUNCH, Order())
    for move in moves:
        if at.step is None:
            break
        if move == "back":
            at = back(LUNCH, at)
        elif move == "skip":
            at = skipped(LUNCH, at)
        else:
            at = answered(LUNCH, at, Pick(move), SCENE)

    order = [step.name for step in LUNCH.steps]
    places = [order.index(name) for name in at.trail]
    assert places == sorted(set(places))
    if at.step is not None:
        assert all(place < order.index(at.step.name) for place in places)
