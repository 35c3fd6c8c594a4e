"""Buttons under a group's actions: lists, the card of one, and the walk through all of them."""

from collections.abc import Sequence

from bot.domain.actions import Candidate
from bot.domain.plan import Edit, Listed, Point, PointState, Sift, Tab
from bot.domain.streams import Stream
from bot.domain.taps import Tap, Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

IN_A_ROW = 4
NOBODY, NO_MEETING, NO_STREAM = 0, 0, 0
"""Stand for an id where there is none."""


def listed(
    shown: Listed,
    streams: Sequence[tuple[Stream, int]] | None,
    *,
    tabs: Sequence[Tab] = (),
    meeting_id: int | None = None,
) -> Keyboard:
    """Return the buttons under a list: one for each action by its number, pages, and what to see.

    With `streams` it is asked which of them; a meeting that is open can go through all actions.
    """
    view = shown.view
    if streams is not None:
        return (
            *(
                (
                    Button(
                        "stream-count",
                        _look(shown, sift=Sift.STREAM, stream_id=stream.id),
                        {"key": stream.key, "said": stream.name, "count": count},
                    ),
                )
                for stream, count in streams
            ),
            (Button("plan-any", _look(shown, sift=Sift.ANY)),),
        )
    numbers = [
        Button("number", tap(Verb.POINT, point.id), {"number": point.number})
        for point in shown.points
    ]
    turning = []
    if view.page:
        turning.append(Button("found-back", _look(shown, page=view.page - 1)))
    if view.page + 1 < shown.pages:
        turning.append(Button("more", _look(shown, page=view.page + 1)))
    sifts = [
        Button(f"plan-{sift}", _look(shown, sift=sift))
        for sift in Sift
        if sift is not view.sift or sift is Sift.STREAM
    ]
    others = [Button(f"plan-{tab}", _look(shown, tab=tab)) for tab in tabs if tab is not view.tab]
    walking = (
        ((Button("plan-walk", tap(Verb.WALK, meeting_id, NOBODY)),),)
        if meeting_id and shown.count
        else ()
    )
    return (
        *(tuple(numbers[at : at + IN_A_ROW]) for at in range(0, len(numbers), IN_A_ROW)),
        *((tuple(turning),) if turning else ()),
        *((tuple(others),) if others else ()),
        tuple(sifts),
        *walking,
    )


def card(
    point: Point, choices: Sequence[Candidate] = (), *, may_change: bool = True, shown: int = 0
) -> Keyboard:
    """Return the buttons of one action: who may be meant, what can be done, what became of it.

    `shown` counts the pictures and files that show what was done.
    """
    evidence = Button("point-shown", tap(Verb.POINT_SHOWN, point.id), {"number": shown})
    became = (
        Button("point-history", tap(Verb.POINT_HISTORY, point.id)),
        *((evidence,) if shown else ()),
    )
    if not may_change:
        return (became,)
    if not point.is_open:
        return ((_state(point, PointState.OPEN), *became),)
    going_on = () if point.state is PointState.IN_PROGRESS else (PointState.IN_PROGRESS,)
    return (
        *((owner(point.id, one),) for one in choices),
        tuple(_state(point, state) for state in (PointState.DONE, *going_on)),
        (_edit(point, Edit.ADAPT), _edit(point, Edit.DROP)),
        (_edit(point, Edit.DUE), _edit(point, Edit.GIVE)),
        became,
    )


def made(point_id: int, choices: Sequence[Candidate] = ()) -> Keyboard:
    """Return the buttons under how an action was understood that no meeting gave out."""
    return (
        *((owner(point_id, one),) for one in choices),
        (Button("undo", tap(Verb.POINT_UNDO, point_id)),),
    )


def walk(meeting_id: int, point: Point | None) -> Keyboard:
    """Return the buttons under one action, while a meeting goes through all of them."""
    if point is None:
        return ()
    done, going_on = (
        Button(f"point-{state}", tap(Verb.WALK_STATE, meeting_id, point.id, state))
        for state in (PointState.DONE, PointState.IN_PROGRESS)
    )
    return (
        (done, going_on),
        (_edit(point, Edit.ADAPT, meeting_id), _edit(point, Edit.DROP, meeting_id)),
        (_edit(point, Edit.DUE, meeting_id), _edit(point, Edit.GIVE, meeting_id)),
        (Button("walk-next", tap(Verb.WALK, meeting_id, point.id)),),
    )


def owner(point_id: int, one: Candidate) -> Button:
    """Return the button that says whom a name means."""
    if one.member_id is None:
        facts = {"organisation": one.name}
        return Button("join", tap(Verb.POINT_OWNER, point_id, NOBODY, one.organisation_id), facts)
    facts = {"person": one.name, "organisation": one.organisation}
    return Button("person", tap(Verb.POINT_OWNER, point_id, one.member_id, NOBODY), facts)


def _look(
    shown: Listed,
    *,
    tab: Tab | None = None,
    sift: Sift | None = None,
    stream_id: int = NO_STREAM,
    page: int = 0,
) -> Tap:
    """Return the tap that shows another page, or the first one of something else."""
    view = shown.view
    is_turned = tab is None and sift is None
    return tap(
        Verb.PLAN,
        view.group_id,
        tab or view.tab,
        sift or view.sift,
        view.stream_id if is_turned or tab else stream_id,
        page,
    )


def _state(point: Point, state: PointState) -> Button:
    return Button(f"point-{state}", tap(Verb.POINT_STATE, point.id, state))


def _edit(point: Point, edit: Edit, meeting_id: int = NO_MEETING) -> Button:
    return Button(f"point-{edit}", tap(Verb.POINT_EDIT, point.id, edit, meeting_id))
