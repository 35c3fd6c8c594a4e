"""Buttons of a meeting that is held, and of its minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.agenda import Routine
from bot.domain.facilitation import NO_HOLDERS, Duty, Holders
from bot.domain.filing import Form
from bot.domain.meetings import Meeting
from bot.domain.preferences import MessageKind, Switch
from bot.domain.presence import How, Mark, Room, next_mark
from bot.domain.search import Page
from bot.domain.sittings import Sitting
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

NO_ITEM = 0
"""Stands on [Next] while no item is dealt with."""


def open_now(meeting_id: int) -> Keyboard:
    """Return the button that opens a meeting."""
    return ((Button("open", tap(Verb.OPEN, meeting_id)),),)


def closed(meeting_id: int) -> Keyboard:
    """Return the button that lets a meeting go on which was closed by mistake."""
    return ((Button("reopen", tap(Verb.REOPEN, meeting_id)),),)


def doors(
    opened: Sequence[Meeting],
    planned: Sequence[Meeting],
    closed: Sequence[Meeting],
    local_now: datetime,
    *,
    new_in: int | None = None,
) -> Keyboard:
    """Return one button for each meeting that /open may mean.

    `new_in` is the group in which one that nobody planned can be meant, too.
    """

    def row(label: str, verb: Verb, one: Meeting) -> tuple[Button, ...]:
        facts = {"starts": one.starts, "local_now": local_now}
        return (Button(label, tap(verb, one.id), facts),)

    return (
        *(
            row("open-again", Verb.BOARD, one)
            for one in sorted(opened, key=lambda one: (one.starts, one.id))
        ),
        *(row("reopen-which", Verb.REOPEN, one) for one in closed),
        *(row("open-which", Verb.OPEN, one) for one in planned),
        *(unplanned(new_in) if new_in is not None else ()),
    )


def unplanned(group_id: int) -> Keyboard:
    """Return the button that opens a meeting which nobody had planned."""
    return ((Button("open-now", tap(Verb.OPEN_NOW, group_id)),),)


def board(
    sitting: Sitting, holders: Holders = NO_HOLDERS, actions: int = 0, *, is_turned: bool = False
) -> Keyboard:
    """Return the buttons under the live post of a meeting: for everybody, and for who runs it.

    Four rows at most, or they fill a small phone; what is seldom needed stands on the other side,
    which shows when it `is_turned`. [Next] carries the item that it leaves: two who tap at once go
    one step, not two. The meeting can go through the `actions` that earlier ones left open: the
    button is in front while it deals with them.
    """
    number = sitting.meeting.id
    still_open = [duty for duty in Duty if duty not in holders or not holders[duty].is_accepted]
    serving = tuple(Button(f"serve-{duty}", tap(Verb.SERVE, number, duty)) for duty in still_open)
    here, by_phone, represented = (
        Button(f"check-in-{how}", tap(Verb.CHECK_IN, number, how)) for how in How
    )
    walk = (Button("plan-walk", tap(Verb.WALK, number, 0)),) if actions else ()
    if is_turned:
        # In the place of [Next] stands what does no harm to whoever taps a moment too late.
        back = Button("room-back", tap(Verb.BOARD_SIDE, number, 0))
        return (
            (here, by_phone),
            (represented, *walk),
            (back, Button("leave", tap(Verb.LEAVE, number))),
        )
    middle = (serving,) if serving else ()
    return (
        (here, by_phone),
        *((walk,) if walk and (not serving or _deals_with_actions(sitting)) else middle),
        (
            Button("room", tap(Verb.ROOM, number)),
            Button("more", tap(Verb.BOARD_SIDE, number, 1)),
        ),
        (
            *(() if sitting.is_through else (_next(sitting),)),
            Button("finish", tap(Verb.ASK_CLOSE, number)),
        ),
    )


def _deals_with_actions(sitting: Sitting) -> bool:
    return any(
        one.item.id == sitting.current and one.item.routine is Routine.ACTIONS
        for one in sitting.items
    )


def early(meeting_id: int) -> Keyboard:
    """Return the answers to whether a meeting is over already: who goes on finds its post below."""
    return (
        (
            Button("close-now", tap(Verb.FINISH, meeting_id)),
            Button("go-on", tap(Verb.BOARD, meeting_id)),
        ),
    )


def word(sitting: Sitting, kind: MessageKind) -> Keyboard:
    """Return the buttons under a quiet word: go on, and hear no more such words."""
    going_on = ((_next(sitting),),) if sitting.current else ()
    return (*going_on, (Button(f"mute-{kind}", tap(Verb.MUTE, kind, Switch.OFF)),))


def _next(sitting: Sitting) -> Button:
    return Button("next-item", tap(Verb.NEXT, sitting.meeting.id, sitting.current or NO_ITEM))


A_PAGE = 12
"""Organisations on one page of the list of who is there: a phone's screen, two in a row."""


def room(
    meeting_id: int,
    seats: Mapping[int, str],
    room: Room,
    *,
    page: int,
    is_leaving: bool,
    is_over: bool = False,
) -> Keyboard:
    """Return the list of who is there: a button for each organisation, and for each guest.

    Each carries what a tap makes of it: a second tap on the same label changes nothing more. When
    the meeting `is_over`, it is about who was there at any time.
    """
    how = room.by_how_ever if is_over else room.by_how
    listed = [(key, name) for key, name in seats.items() if not is_leaving or name in how]
    pages = max(1, -(-len(listed) // A_PAGE))
    page = min(page, pages - 1)
    shown = [
        Button(
            "seat",
            tap(
                Verb.SEAT,
                meeting_id,
                key,
                Mark.LEFT if is_leaving else next_mark(how.get(name)),
            ),
            {"organisation": name, "how": how.get(name)},
        )
        for key, name in listed[page * A_PAGE : (page + 1) * A_PAGE]
    ]
    guests = [
        Button(
            "seat-guest",
            tap(Verb.GUEST_AT, one.id, Mark.LEFT if is_leaving else Mark.AWAY),
            {"person": one.person, "is_leaving": is_leaving},
        )
        for one in room.guests
        if one.left is None or is_over
    ][:A_PAGE]
    turning = []
    if pages > 1:
        turning.append(_page(meeting_id, "more", (page + 1) % pages, is_leaving=is_leaving))
    guest = Button("guest", tap(Verb.GUEST, meeting_id))
    if is_over:
        return (
            *_in_twos(shown),
            *_in_twos(guests),
            *(((*turning,),) if turning else ()),
            (guest,),
        )
    mode = _page(
        meeting_id, "room-back" if is_leaving else "room-left", 0, is_leaving=not is_leaving
    )
    last = () if is_leaving else (Button("room-sure", tap(Verb.ROOM_SURE, meeting_id)),)
    return (
        *_in_twos(shown),
        *_in_twos(guests),
        *(((*turning,),) if turning else ()),
        (mode, guest),
        *((last,) if last else ()),
    )


def _page(meeting_id: int, label: str, page: int, *, is_leaving: bool) -> Button:
    return Button(label, tap(Verb.ROOM_PAGE, meeting_id, page, int(is_leaving)))


def _in_twos(buttons: Sequence[Button]) -> Keyboard:
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def leaves(search_id: int, page: Page) -> Keyboard:
    """Return the buttons under what was found: back, and on."""
    found = []
    if page.number:
        found.append(Button("found-back", tap(Verb.LEAF, search_id, page.number - 1)))
    if page.has_more:
        found.append(Button("more", tap(Verb.LEAF, search_id, page.number + 1)))
    return (tuple(found),) if found else ()


def shares(group_id: int, next_page: int | None) -> Keyboard:
    """Return the buttons under the list of who came: a picture of it, and more organisations."""
    picture = (Button("picture", tap(Verb.SHARES_PICTURE, group_id)),)
    if next_page is None:
        return (picture,)
    return (picture, (Button("more", tap(Verb.SHARES, group_id, next_page)),))


def minutes(meeting_id: int, version: int) -> Keyboard:
    """Return the buttons by which minutes that are out are carried out of the chat."""
    pdf, docx, copy = (
        Button(label, tap(Verb.CARRY, meeting_id, version, form))
        for label, form in (
            ("minutes-pdf", Form.PDF),
            ("minutes-docx", Form.DOCX),
            ("copy", Form.COPY),
        )
    )
    return ((pdf, docx), (copy,))
