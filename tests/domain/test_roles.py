"""Who may do what: the whole matrix, and who is refused in which words."""

import pytest

from bot.domain.facilitation import Duty
from bot.domain.roles import (
    ANYBODY,
    NOBODY,
    REPRESENTING,
    Action,
    Actor,
    AnonymousAdmin,
    NotAllowed,
    Role,
    Scope,
    StrangerHere,
    can,
    require,
)
from bot.errors import BotError

HERE, ELSEWHERE, ABROAD = Scope(1, 11), Scope(1, 12), Scope(2, 21)
"""The person's own group, another one of their coalition, and one of another coalition."""
OWN, OTHERS = Scope(1, 11, 101), Scope(1, 11, 102)
"""The organisation of the prime in that group, and another one there."""
NOWHERE = Scope()
"""What touches nothing that is shared."""

PEOPLE = {
    "operator": Actor(1, is_operator=True),
    "backbone": Actor(2, coordinates=frozenset({1})),
    "lead": Actor(3, roles={11: Role.LEAD}),
    "deputy": Actor(4, roles={11: Role.DEPUTY}),
    "prime": Actor(9, roles={11: Role.MEMBER}, primes={11: 101}),
    "member": Actor(5, roles={11: Role.MEMBER}),
    "observer": Actor(6, roles={11: Role.OBSERVER}),
    "pending": Actor(7, pending=frozenset({11})),
    "office": Actor(10, roles={11: Role.MEMBER}, offices=frozenset({11})),
    "new office": Actor(12, pending=frozenset({11}), offices=frozenset({11})),
    "stranger": Actor(8),
}
EVERYBODY = set(PEOPLE)
OFFICES = {"office", "new office"}
"""Phones of many hands: they answer, and do nothing else that is somebody's own."""
READERS = {"backbone", "lead", "deputy", "prime", "member", "observer", "pending"} | OFFICES
VOICES = {"lead", "deputy", "prime", "member", "pending"}
MANAGERS = {"backbone", "lead", "deputy"}

ALLOWED: dict[Action, dict[Scope, set[str]]] = {
    **{action: dict.fromkeys((HERE, ELSEWHERE, ABROAD, NOWHERE), EVERYBODY) for action in ANYBODY},
    Action.SEE_GROUP: {HERE: READERS, ELSEWHERE: {"backbone"}},
    Action.SEE_PEOPLE: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.CHANGE_PEOPLE: {HERE: {"backbone", "lead"}, ELSEWHERE: {"backbone"}},
    Action.ANSWER_FOR: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.LEAVE_GROUP: {HERE: READERS - {"backbone"}},
    Action.HAND_OVER: {},
    Action.ADD_ITEM: {HERE: VOICES | {"backbone"}, ELSEWHERE: {"backbone"}},
    Action.EDIT_AGENDA: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.TAKE_TURN: {HERE: VOICES},
    Action.RUN_MEETING: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.APPROVE_MINUTES: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.SEE_PAPER_LIST: {HERE: {"backbone", "lead"}, ELSEWHERE: {"backbone"}},
    Action.SHARE: {HERE: VOICES - {"pending"} | {"backbone"}, ELSEWHERE: {"backbone"}},
    Action.SEE_SUMMARY: {HERE: {"backbone", "lead"}, ELSEWHERE: {"backbone"}},
    Action.CONFIDE: {HERE: READERS - {"pending", "new office"}, ELSEWHERE: {"backbone"}},
    Action.READ_FEEDBACK: {HERE: {"backbone"}, ELSEWHERE: {"backbone"}},
    Action.RUN_PLAN: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.REPORT: {HERE: VOICES | {"backbone"}, ELSEWHERE: {"backbone"}},
    Action.CHECK_IN: {HERE: VOICES | OFFICES},
    Action.VOTE: {HERE: VOICES - {"pending"}},
    Action.OBJECT: {HERE: VOICES - {"pending"}},
    Action.OFFER_HELP: {HERE: VOICES - {"pending"} | {"observer", "office"}},
    **{
        action: {
            HERE: {"backbone", "operator"},
            ELSEWHERE: {"backbone", "operator"},
            ABROAD: {"operator"},
            NOWHERE: {"operator"},
        }
        for action in (Action.INVITE_TEAM, Action.SET_UP_COALITION)
    },
    Action.SEE_MEETINGS: {HERE: READERS, ELSEWHERE: {"backbone"}},
    Action.ANSWER: {HERE: VOICES | OFFICES},
    Action.PLAN_MEETING: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.CHANGE_MEETING: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.ADMIT: {HERE: MANAGERS, ELSEWHERE: {"backbone"}},
    Action.SET_UP_GROUP: {
        HERE: MANAGERS | {"operator"},
        ELSEWHERE: {"backbone", "operator"},
        ABROAD: {"operator"},
        NOWHERE: {"operator"},
    },
}
"""Who may do it where; what is not named here is denied."""


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(
    "scope", [HERE, ELSEWHERE, ABROAD, NOWHERE], ids=["here", "elsewhere", "abroad", "nowhere"]
)
def test_only_those_named_may_do_it(action: Action, scope: Scope) -> None:
    allowed = {name for name, actor in PEOPLE.items() if can(actor, action, scope)}

    assert allowed == ALLOWED[action].get(scope, set())


@pytest.mark.parametrize("action", sorted(REPRESENTING))
def test_a_prime_decides_about_the_own_organisation_in_the_own_group_only(action: Action) -> None:
    prime = PEOPLE["prime"]

    assert can(prime, action, OWN)
    assert not can(prime, action, OTHERS)
    assert not can(prime, action, Scope(1, 12, 101))
    assert not can(PEOPLE["member"], action, OWN)


@pytest.mark.parametrize("account", sorted(NOBODY))
@pytest.mark.parametrize("action", Action)
def test_an_account_without_a_person_may_do_nothing_whatever_it_is_said_to_be(
    account: int, action: Action
) -> None:
    actor = Actor(account, is_operator=True, coordinates=frozenset({1}), roles={11: Role.LEAD})

    assert not can(actor, action, HERE)
    with pytest.raises(AnonymousAdmin):
        require(actor, action, HERE)


def test_a_coordinator_who_is_also_a_member_has_both_rights() -> None:
    actor = Actor(9, coordinates=frozenset({1}), roles={11: Role.MEMBER})

    assert can(actor, Action.ANSWER, HERE)
    assert can(actor, Action.PLAN_MEETING, HERE)
    assert not can(actor, Action.ANSWER, ELSEWHERE)


@pytest.mark.parametrize(
    ("person", "scope", "refusal"),
    [
        ("member", HERE, NotAllowed),
        ("observer", HERE, NotAllowed),
        ("pending", HERE, NotAllowed),
        ("member", ELSEWHERE, StrangerHere),
        ("lead", ABROAD, StrangerHere),
        ("backbone", ABROAD, StrangerHere),
        ("operator", HERE, StrangerHere),
        ("stranger", HERE, StrangerHere),
    ],
)
def test_the_refusal_tells_members_from_strangers(
    person: str, scope: Scope, refusal: type[BotError]
) -> None:
    with pytest.raises(refusal):
        require(PEOPLE[person], Action.PLAN_MEETING, scope)


def test_whoever_may_do_it_is_let_through() -> None:
    require(PEOPLE["lead"], Action.PLAN_MEETING, HERE)


@pytest.mark.parametrize(
    ("duty", "approves"), [(Duty.FACILITATOR, True), (Duty.NOTES, False)], ids=str
)
def test_who_leads_a_meeting_or_takes_its_notes_runs_that_meeting(
    duty: Duty,
    approves: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    member = Actor(5, member_id=50, roles={11: Role.MEMBER})
    this, other = Scope(1, 11, serving={50: duty}), Scope(1, 11, serving={51: duty})

    assert can(member, Action.RUN_MEETING, this)
    assert can(member, Action.APPROVE_MINUTES, this) is approves
    assert not can(member, Action.RUN_MEETING, other)
    assert not can(member, Action.PLAN_MEETING, this)


@pytest.mark.parametrize(
    "person",
    [
        Actor(6, member_id=50, roles={11: Role.OBSERVER}),
        Actor(7, member_id=50, pending=frozenset({11})),
        Actor(10, member_id=50, roles={11: Role.MEMBER}, offices=frozenset({11})),
        Actor(5, member_id=50, roles={12: Role.MEMBER}),
    ],
    ids=["observer", "pending", "office", "of another group"],
)
def test_a_duty_gives_nothing_to_whoever_does_not_speak_for_themselves_in_the_group(
    person: Actor,
) -> None:
    assert not can(person, Action.RUN_MEETING, Scope(1, 11, serving={50: Duty.NOTES}))
