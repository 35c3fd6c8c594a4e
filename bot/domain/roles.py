"""Who may do what: `can()` is the only authority, and it denies whatever is not allowed here.

A Telegram administrator is nobody special: rights come from the coalition, not from the chat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.facilitation import Duty
from bot.errors import BotError

ANONYMOUS_ADMIN = 1087968824
NOBODY = frozenset({ANONYMOUS_ADMIN, 136817688, 777000})
"""Telegram's stand-ins for an anonymous admin, a channel and its own service: never a person."""


class Role(StrEnum):
    """What a member is in one group."""

    LEAD = "lead"
    DEPUTY = "deputy"
    MEMBER = "member"
    OBSERVER = "observer"


class Action(StrEnum):
    """Everything that a command, a button or a page can do."""

    START = "start"
    READ_HELP = "read-help"
    CHOOSE_LANGUAGE = "choose-language"
    CHOOSE_MESSAGES = "choose-messages"
    SEE_MEETINGS = "see-meetings"
    ANSWER = "answer"
    PLAN_MEETING = "plan-meeting"
    CHANGE_MEETING = "change-meeting"
    SET_UP_GROUP = "set-up-group"
    SET_UP_COALITION = "set-up-coalition"
    JOIN = "join"
    ADMIT = "admit"
    CONVERSE = "converse"
    TAKE_UP = "take-up"
    ACCEPT_INVITATION = "accept-invitation"
    SEE_GROUP = "see-group"
    SEE_PEOPLE = "see-people"
    CHANGE_PEOPLE = "change-people"
    INVITE_TEAM = "invite-team"
    HAND_OVER = "hand-over"
    ANSWER_FOR = "answer-for"
    LEAVE_GROUP = "leave-group"
    ADD_ITEM = "add-item"
    TAKE_TURN = "take-turn"
    EDIT_AGENDA = "edit-agenda"
    RUN_MEETING = "run-meeting"
    CHECK_IN = "check-in"
    SHARE = "share"
    VOTE = "vote"
    APPROVE_MINUTES = "approve-minutes"
    OBJECT = "object"
    SEE_PAPER_LIST = "see-paper-list"
    RUN_PLAN = "run-plan"
    REPORT = "report"
    OFFER_HELP = "offer-help"
    SEE_SUMMARY = "see-summary"
    CONFIDE = "confide"
    READ_FEEDBACK = "read-feedback"


@dataclass(frozen=True)
class Actor:
    """A person, with all that gives them rights."""

    telegram_id: int
    member_id: int | None = None
    name: str = "?"
    language: str | None = None
    is_operator: bool = False
    coordinates: frozenset[int] = frozenset()
    """The coalitions on whose coordination team this person is."""
    roles: Mapping[int, Role] = field(default_factory=dict)
    """The role in each group where the person's membership is confirmed."""
    pending: frozenset[int] = frozenset()
    """The groups that the person joined, but where nobody has confirmed it yet."""
    primes: Mapping[int, int] = field(default_factory=dict)
    """By group: the organisation whose prime the person is there."""
    offices: frozenset[int] = frozenset()
    """The groups where this is a phone of many hands: it answers for an office, and is nobody."""

    def is_in(self, group_id: int) -> bool:
        """Tell whether the person is, or waits to be, a member of the group."""
        return group_id in self.roles or group_id in self.pending


@dataclass(frozen=True)
class Scope:
    """What an action touches: one group, or a whole coalition, or nothing that is shared."""

    coalition_id: int | None = None
    group_id: int | None = None
    organisation_id: int | None = None
    """The organisation that it is about, where its prime may do more than others."""
    serving: Mapping[int, Duty] = field(default_factory=dict, hash=False)
    """The members whose organisation leads the meeting that it is about, or takes its notes."""


ANYBODY = frozenset(
    {
        Action.START,
        Action.READ_HELP,
        Action.CHOOSE_LANGUAGE,
        Action.CHOOSE_MESSAGES,
        Action.JOIN,
        Action.CONVERSE,
        Action.TAKE_UP,
        Action.ACCEPT_INVITATION,
    }
)
"""Joining by oneself gives nothing away: it waits for somebody to confirm it. Answering a question
of one's own is free, and so is owning up to a command; what comes of it is asked of `can` again. An
invitation is for whoever holds its link."""
READING = frozenset({Action.SEE_MEETINGS, Action.SEE_GROUP, Action.CONFIDE})
_WAITING = READING - {Action.CONFIDE} | {
    Action.ANSWER,
    Action.ADD_ITEM,
    Action.TAKE_TURN,
    Action.CHECK_IN,
    Action.REPORT,
}
"""What somebody may do whom nobody has confirmed yet: it does not count until then."""
TAKING_PART = READING | _WAITING | {Action.SHARE, Action.VOTE, Action.OBJECT, Action.OFFER_HELP}
SERVING = {
    Duty.FACILITATOR: frozenset({Action.RUN_MEETING, Action.APPROVE_MINUTES}),
    Duty.NOTES: frozenset({Action.RUN_MEETING}),
}
"""What those may do in one meeting who lead it, or take its notes."""
MANAGING = frozenset(
    {
        Action.PLAN_MEETING,
        Action.CHANGE_MEETING,
        Action.SET_UP_GROUP,
        Action.ADMIT,
        Action.SEE_PEOPLE,
        Action.ANSWER_FOR,
        Action.EDIT_AGENDA,
        Action.ADD_ITEM,
        Action.RUN_MEETING,
        Action.APPROVE_MINUTES,
        Action.SHARE,
        Action.RUN_PLAN,
        Action.REPORT,
    }
)
LEADING = MANAGING | {Action.CHANGE_PEOPLE, Action.SEE_PAPER_LIST, Action.SEE_SUMMARY}
"""Who leads, or coordinates, says who else leads, and who belongs to the group. The photo of a
paper list, with its signatures, is for nobody else."""
REPRESENTING = frozenset({Action.ADMIT, Action.ANSWER_FOR, Action.HAND_OVER})
"""What a prime decides about the own organisation in a group, without asking the lead."""

_BY_ROLE = {
    # A donor who only reads may well have what somebody needs.
    Role.OBSERVER: READING | {Action.LEAVE_GROUP, Action.OFFER_HELP},
    Role.MEMBER: TAKING_PART | {Action.LEAVE_GROUP},
    Role.DEPUTY: TAKING_PART | MANAGING | {Action.LEAVE_GROUP},
    Role.LEAD: TAKING_PART | LEADING | {Action.LEAVE_GROUP},
}
OFFICE = READING | {Action.ANSWER, Action.CHECK_IN, Action.LEAVE_GROUP, Action.OFFER_HELP}
"""What a phone of many hands may do at most: nobody knows who brings an item, or takes a turn."""
_COORDINATING = (
    READING | LEADING | {Action.INVITE_TEAM, Action.SET_UP_COALITION, Action.READ_FEEDBACK}
)
"""What was written in confidence is for them alone: neither for a lead, whom it may be about, nor
for an operator."""
_OPERATING = frozenset({Action.SET_UP_GROUP, Action.INVITE_TEAM, Action.SET_UP_COALITION})


def can(actor: Actor, action: Action, scope: Scope) -> bool:
    """Tell whether `actor` may do `action` to what `scope` names."""
    if actor.telegram_id in NOBODY:
        return False
    if action in ANYBODY or (actor.is_operator and action in _OPERATING):
        return True
    if scope.coalition_id in actor.coordinates and action in _COORDINATING:
        return True
    return action in _rights_in_group(actor, scope)


def _rights_in_group(actor: Actor, scope: Scope) -> frozenset[Action]:
    if scope.group_id is None:
        return frozenset()
    role = actor.roles.get(scope.group_id)
    own = _BY_ROLE[role] if role is not None else frozenset()
    if scope.group_id in actor.pending:
        own = _WAITING | {Action.LEAVE_GROUP}
    if scope.group_id in actor.offices:
        return own & OFFICE
    duty = scope.serving.get(actor.member_id) if actor.member_id else None
    if duty is not None and role not in {None, Role.OBSERVER}:
        own |= SERVING[duty]
    return own | REPRESENTING if _is_prime(actor, scope) else own


def _is_prime(actor: Actor, scope: Scope) -> bool:
    if scope.group_id is None or scope.organisation_id is None:
        return False
    return actor.primes.get(scope.group_id) == scope.organisation_id


class NotAllowed(BotError):
    """Somebody asked for what only others may do here; `who` names some of them."""

    def __init__(
        self,
        *,
        action: Action,
        who: Sequence[str] = (),
        is_office: bool = False,
        is_pending: bool = False,
    ) -> None:
        super().__init__(f"not allowed: {action}")
        self.action, self.who, self.is_office = action, tuple(who), is_office
        self.is_pending = is_pending
        """Whether the person waits to be confirmed, and may do it afterwards."""


class NobodyInCharge(BotError):
    """Something that only few may do, where not even the operator has come yet."""


class StrangerHere(BotError):
    """Somebody who is no member of the group acted in it."""


class AnonymousAdmin(BotError):
    """An anonymous admin or a channel wrote: nobody knows which person that was."""


def require(actor: Actor, action: Action, scope: Scope) -> None:
    """Refuse what `actor` may not do.

    Raises:
        AnonymousAdmin: there is no person behind the account.
        StrangerHere: the person does not belong to the group at all.
        NotAllowed: the person belongs to it, but this is for others.
    """
    if can(actor, action, scope):
        return
    if actor.telegram_id in NOBODY:
        raise AnonymousAdmin
    is_known = scope.group_id is not None and actor.is_in(scope.group_id)
    if scope.group_id is None or is_known or scope.coalition_id in actor.coordinates:
        raise NotAllowed(
            action=action,
            is_office=scope.group_id in actor.offices,
            is_pending=scope.group_id in actor.pending and action in TAKING_PART,
        )
    raise StrangerHere
