"""Buttons under minutes: a draft that is read, corrected and approved, and what is out."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.minutes import ROLL, Edit, Mark, Record
from bot.domain.preferences import MessageKind, Switch
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards import sittings
from bot.rendering.keyboards.button import Button, Keyboard

IN_A_ROW = 4
"""Numbers of entries beside each other."""
SETTLING = ("correct", "keep")
"""What a lead does about an objection."""


@dataclass(frozen=True)
class Draft:
    """Which draft it is, as the person sees it: every button carries that."""

    meeting_id: int
    version: int
    revision: int

    def button(self, label: str, edit: Edit, at: int = 0, page: int = 0, **facts: object) -> Button:
        """Return a button that shows, or changes, something."""
        carried = (self.meeting_id, self.version, self.revision, edit, at, page)
        return Button(label, tap(Verb.DRAFT, *carried), facts)

    @property
    def room(self) -> tuple[Button, ...]:
        """Return the button by which guests and times are corrected."""
        return (Button("room-after", tap(Verb.ROOM, self.meeting_id)),)

    @property
    def approve(self) -> Button:
        """Return the button that publishes it."""
        label = "approve-all" if self.version == 1 else "draft-publish"
        return Button(label, tap(Verb.APPROVE, self.meeting_id, self.version, self.revision))


def whole(
    draft: Draft, *, page: int, pages: int, first_part: int, is_read_only: bool = False
) -> Keyboard:
    """Return the buttons under a page of a whole draft; `first_part` is still to be looked at."""
    turning = []
    if page > 0:
        turning.append(draft.button("draft-earlier", Edit.WHOLE, page=page - 1))
    if page < pages - 1:
        turning.append(draft.button("draft-later", Edit.WHOLE, page=page + 1))
    rows = [tuple(turning)] if turning else []
    if is_read_only:
        return tuple(rows)
    parts = draft.button("draft-parts", Edit.PART, first_part)
    rows += [(draft.approve,), (parts, *draft.room)]
    if draft.version > 1:
        rows.append((draft.button("draft-discard", Edit.DISCARD),))
    return tuple(rows)


def roll(
    draft: Draft, shown: Iterable[tuple[int, str, Mark]], *, page: int, pages: int
) -> Keyboard:
    """Return a button for each organisation: its place in the list, its name, what is said."""
    marks = tuple(
        (draft.button("draft-mark", Edit.MARK, at, page, organisation=name, mark=mark),)
        for at, name, mark in shown
    )
    return (*marks, *_turning(draft, ROLL, page, pages), draft.room, _done(draft, ROLL))


def part(
    draft: Draft, part: int, entries: Iterable[tuple[int, int]], *, page: int, pages: int
) -> Keyboard:
    """Return the buttons under one item: its entries by id and number, and that all is right."""
    numbers = [
        draft.button("draft-entry", Edit.ENTRY, key, number=number) for key, number in entries
    ]
    return (
        *(tuple(numbers[at : at + IN_A_ROW]) for at in range(0, len(numbers), IN_A_ROW)),
        *_turning(draft, part, page, pages),
        (draft.button("draft-add", Edit.ADD, part),),
        _done(draft, part),
    )


def entry(draft: Draft, entry_id: int, part: int) -> Keyboard:
    """Return the buttons under one entry."""
    return (
        (
            draft.button("draft-out", Edit.OUT, entry_id),
            draft.button("draft-move", Edit.MOVE, entry_id),
        ),
        (draft.button("draft-back", Edit.PART, part),),
    )


def move(draft: Draft, record: Record, entry_id: int, part: int) -> Keyboard:
    """Return a button for each item to which an entry may be moved."""
    items = tuple(
        (draft.button("draft-item", Edit.MOVE_TO, entry_id, number, section=section),)
        for number, section in enumerate(record.sections, start=1)
        if number != part and section.item_id and not section.is_off_record
    )
    return (*items, (draft.button("draft-back", Edit.PART, part),))


def add(draft: Draft, part: int) -> Keyboard:
    """Return the way back from adding an entry."""
    return ((draft.button("draft-back", Edit.PART, part),),)


def out(meeting_id: int, version: int, *, is_confirmed: bool = False) -> Keyboard:
    """Return the buttons under minutes; once they are confirmed, nobody may object to them."""
    if is_confirmed:
        return sittings.minutes(meeting_id, version)
    return (
        *sittings.minutes(meeting_id, version),
        (Button("minutes-wrong", tap(Verb.WRONG, meeting_id)),),
    )


def told(meeting_id: int, version: int, *, can_object: bool) -> Keyboard:
    """Return the buttons under minutes that came in private, unasked."""
    mute = Button("mute-minutes", tap(Verb.MUTE, MessageKind.MINUTES, Switch.OFF))
    above = out(meeting_id, version) if can_object else sittings.minutes(meeting_id, version)
    return (*above, (mute,))


def doubt(meeting_id: int) -> Keyboard:
    """Return the buttons by which somebody says whether what they wrote is a correction."""
    return (
        (Button("minutes-object", tap(Verb.OBJECT, meeting_id)),),
        (Button("minutes-talk", tap(Verb.TALK, meeting_id)),),
    )


def settle(objection_id: int) -> Keyboard:
    """Return what a lead may do about an objection."""
    return tuple(
        (Button(f"settle-{one}", tap(Verb.SETTLE, objection_id, one)),) for one in SETTLING
    )


def _turning(draft: Draft, part: int, page: int, pages: int) -> Keyboard:
    if pages == 1:
        return ()
    return ((draft.button("more", Edit.PART, part, (page + 1) % pages),),)


def _done(draft: Draft, part: int) -> tuple[Button, ...]:
    return draft.button("draft-right", Edit.RIGHT, part), draft.button("draft-whole", Edit.WHOLE)
