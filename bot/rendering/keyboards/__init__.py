"""Which buttons stand under a message, and what each carries; their words are in `buttons.txt`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.agenda import Agenda, Edit, ItemState
from bot.domain.agenda import Item as AgendaItem
from bot.domain.attendance import Answer
from bot.domain.calendar import Entry, EntryKind
from bot.domain.coalitions import Coalition, Item
from bot.domain.facilitation import NO_HOLDERS, Duty, Holders
from bot.domain.feedback import FeedbackState
from bot.domain.groups import SEATS_LIMIT, Group, Setting
from bot.domain.meetings import Meeting
from bot.domain.members import Deed, Person, Roll, Seat
from bot.domain.members import Item as GroupItem
from bot.domain.preferences import MessageKind, Switch
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard


def answers(meeting_id: int, holders: Holders = NO_HOLDERS) -> Keyboard:
    """Return the buttons under a post about a meeting; `holders` are asked for their turn."""
    coming, phone, alternate, cannot = (
        Button(answer, tap(Verb.ANSWER, meeting_id, answer))
        for answer in (Answer.COMING, Answer.PHONE, Answer.ALTERNATE, Answer.CANNOT)
    )
    return (
        (coming, phone),
        (alternate, cannot),
        *files(meeting_id),
        *turn(meeting_id, holders),
        (Button("change", tap(Verb.CHANGE, meeting_id)),),
    )


def files(meeting_id: int) -> Keyboard:
    """Return the buttons by which somebody gets the agenda as a file, or to send on."""
    return (
        (Button("file", tap(Verb.FILE, meeting_id)), Button("copy", tap(Verb.COPY, meeting_id))),
    )


MINUTES_OFFERED = (5, 10, 15, 20, 30, 45, 60, 90)
"""What an item may be given by one tap."""
NUMBERS_IN_A_ROW = 5


def agenda(meeting_id: int, holders: Holders, *, can_edit: bool = True) -> Keyboard:
    """Return the buttons under an agenda: for whoever has a turn, who prints it, and the lead."""
    edit = (Button("agenda-edit", tap(Verb.AGENDA, meeting_id)),) if can_edit else ()
    return (*turn(meeting_id, holders), (_paper(meeting_id), *edit))


def turn(meeting_id: int, holders: Holders) -> Keyboard:
    """Return the buttons by which an organisation takes its turn, while one has not said so."""
    still_open = [duty for duty, holder in holders.items() if not holder.is_accepted]
    if not still_open:
        return ()
    label = f"duty-take-{still_open[0]}" if len(still_open) == 1 else "duty-take"
    return (
        (
            Button(label, tap(Verb.DUTY, meeting_id, "take")),
            Button("duty-pass", tap(Verb.DUTY, meeting_id, "pass")),
        ),
    )


def turn_asked(meeting_id: int, kind: MessageKind) -> Keyboard:
    """Return the buttons under a private question of a turn, and to hear no more of its kind."""
    return (
        (Button("duty-take", tap(Verb.DUTY, meeting_id, "take")),),
        (Button("duty-pass", tap(Verb.DUTY, meeting_id, "pass")),),
        (Button(f"mute-{kind}", tap(Verb.MUTE, kind, Switch.OFF)),),
    )


def leaders(meeting_id: int, able: Mapping[int, str], holders: Holders) -> Keyboard:
    """Return one button for each organisation that a lead may ask to lead a meeting instead."""
    leader = holders.get(Duty.FACILITATOR)
    others = (key for key in able if leader is None or key != leader.organisation_id)
    return tuple(
        (Button("join", tap(Verb.APPOINT, meeting_id, key), {"organisation": able[key]}),)
        for key in list(others)[:SEATS_LIMIT]
    )


def own_item(item_id: int) -> Keyboard:
    """Return the button by which somebody takes back what they brought."""
    return ((Button("agenda-withdraw", tap(Verb.WITHDRAW, item_id)),),)


def overheard(meeting_id: int) -> Keyboard:
    """Return the button by which somebody says that what they wrote is an item."""
    return ((Button("agenda-bring", tap(Verb.BRING, meeting_id)),),)


def editor(meeting_id: int, agenda: Agenda, chosen: AgendaItem | None) -> Keyboard:
    """Return the buttons of a lead's editor: of the list, or of the item that is `chosen`."""
    if chosen is not None:
        return _of_item(meeting_id, agenda, chosen)
    numbers = [
        _edit(meeting_id, agenda, "number", Edit.OPEN, item=item.id, facts={"number": number})
        for number, item in agenda.listed
    ]
    rows = [
        tuple(numbers[at : at + NUMBERS_IN_A_ROW])
        for at in range(0, len(numbers), NUMBERS_IN_A_ROW)
    ]
    page = agenda.listed_page
    if any(item.state is ItemState.PROPOSED for _, item in agenda.listed):
        label = "agenda-all" if agenda.pages == 1 else "agenda-these"
        rows.insert(0, (_edit(meeting_id, agenda, label, Edit.ALL, number=page),))
    if agenda.pages > 1:
        after = (page + 1) % agenda.pages
        rows.append((_edit(meeting_id, agenda, "more", Edit.PAGE, number=after),))
    rows += [(_take_on(meeting_id, agenda, item),) for item in agenda.offered]
    if agenda.waiting:
        facts = {"count": agenda.waiting}
        rows.append((_edit(meeting_id, agenda, "agenda-backlog", Edit.BACKLOG, facts=facts),))
    if agenda.carried.count:
        facts = {"count": agenda.carried.count}
        rows.append((Button("open-actions", tap(Verb.ACTIONS, meeting_id), facts),))
    rows.append((Button("agenda-usual", tap(Verb.USUAL, meeting_id)), _paper(meeting_id)))
    return tuple(rows)


def backlog(meeting_id: int, agenda: Agenda, *, size: int) -> Keyboard:
    """Return the buttons of a page of what was left over: take it on, or drop it."""
    page = agenda.page
    rows = [
        (
            _take_on(meeting_id, agenda, item),
            _edit(meeting_id, agenda, "agenda-drop", Edit.DROP, item=item.id, number=page),
        )
        for item in agenda.offered
    ]
    count = agenda.waiting
    all_at_once = _edit(
        meeting_id, agenda, "agenda-drop-all", Edit.DROP_ALL, number=count, facts={"count": count}
    )
    pages = -(-count // size)
    more = _edit(meeting_id, agenda, "more", Edit.BACKLOG, number=(page + 1) % pages)
    back = _edit(meeting_id, agenda, "group-menu", Edit.HOME)
    return (*rows, *(((more,),) if pages > 1 else ()), (all_at_once,), (back,))


def _of_item(meeting_id: int, agenda: Agenda, chosen: AgendaItem) -> Keyboard:
    def button(label: str, what: Edit, minutes: int = 0, **facts: Any) -> Button:
        return _edit(meeting_id, agenda, label, what, item=chosen.id, number=minutes, facts=facts)

    decide = (button("agenda-later", Edit.LATER), button("agenda-decline", Edit.DECLINE))
    if chosen.state is ItemState.ACCEPTED:
        up, down = button("agenda-up", Edit.UP), button("agenda-down", Edit.DOWN)
        ends = {agenda.items[0].id: (down,), agenda.items[-1].id: (up,)}
        steps = ends.get(chosen.id, (up, down)) if len(agenda.items) > 1 else ()
        first: Keyboard = (steps,) if steps else ()
    else:
        first = ((button("agenda-accept", Edit.ACCEPT),),)
    minutes = [button("clock", Edit.MINUTES, count, count=count) for count in MINUTES_OFFERED]
    half = len(minutes) // 2
    return (
        *first,
        decide,
        tuple(minutes[:half]),
        tuple(minutes[half:]),
        (_edit(meeting_id, agenda, "group-menu", Edit.HOME),),
    )


def _paper(meeting_id: int) -> Button:
    """Return the button that brings an agenda on paper, for a hall without phones."""
    return Button("paper", tap(Verb.PAPER, meeting_id))


def _take_on(meeting_id: int, agenda: Agenda, item: AgendaItem) -> Button:
    facts = {"title": item.title}
    return _edit(meeting_id, agenda, "agenda-take-on", Edit.ACCEPT, item=item.id, facts=facts)


def _edit(
    meeting_id: int,
    agenda: Agenda,
    label: str,
    what: Edit,
    *,
    item: int = 0,
    number: int = 0,
    facts: Mapping[str, Any] | None = None,
) -> Button:
    """Return a button of an editor, which knows the version of the agenda that it stands under."""
    carried = tap(Verb.EDIT, meeting_id, agenda.version, what, item, number)
    return Button(label, carried, facts or {})


def question(meeting_id: int, kind: MessageKind) -> Keyboard:
    """Return the buttons under a private message: the answers, and to hear no more of its kind."""
    coming, others, *_ = answers(meeting_id)
    return (coming, others, (Button(f"mute-{kind}", tap(Verb.MUTE, kind, Switch.OFF)),))


def kinds(states: Mapping[MessageKind, bool]) -> Keyboard:
    """Return one button for each kind of private message, to switch it off or on."""
    return tuple(
        (
            Button(
                "switch",
                tap(Verb.MUTE, kind, Switch.OFF if is_on else Switch.ON),
                {"kind": kind, "is_on": is_on},
            ),
        )
        for kind, is_on in states.items()
    )


def change_again(meeting_id: int) -> Keyboard:
    """Return the button under the news that somebody else has changed a meeting meanwhile."""
    return ((Button("change", tap(Verb.CHANGE, meeting_id)),),)


def carried(meeting_id: int) -> Keyboard:
    """Return the buttons by which news of a meeting, or a series, is carried out of the chat."""
    return (
        (Button("file", tap(Verb.FILE, meeting_id)), Button("copy", tap(Verb.COPY, meeting_id))),
    )


def upcoming(meetings: Sequence[Meeting], *, changeable: Collection[int] = ()) -> Keyboard:
    """Return the buttons under a list of meetings, to carry each of them out of the chat.

    Those that are `changeable` for whoever asked can be moved or cancelled from here, too: the
    invitation to a meeting of a series comes only a week before.
    """
    is_alone = len(meetings) == 1
    labels = ("file", "copy") if is_alone else ("file-of", "copy-of")
    days = [meeting.starts.date() for meeting in meetings]
    rows: list[tuple[Button, ...]] = []
    for meeting, day in zip(meetings, days, strict=True):
        # Two on one day are told apart by their hour.
        facts = {"day": meeting.starts, "has_hour": days.count(day) > 1}
        rows.append(
            tuple(
                # A label that says nothing of its meeting is rendered once for all of them.
                Button(label, tap(verb, meeting.id), {} if is_alone else facts)
                for label, verb in zip(labels, (Verb.FILE, Verb.COPY), strict=True)
            )
        )
        if meeting.id in changeable:
            rows.append((Button("change-of", tap(Verb.CHANGE, meeting.id), facts),))
    return tuple(rows)


def confirm(proposal_id: int, *, is_change: bool = False, is_of_series: bool = False) -> Keyboard:
    """Return the buttons under the question whether a plan, or a change, was understood.

    A change of one meeting of a series may be meant for all that follow, too.
    """
    if is_of_series:
        return (
            (Button("confirm-one", tap(Verb.CONFIRM, proposal_id)),),
            (Button("confirm-following", tap(Verb.FOLLOWING, proposal_id)),),
            (Button("discard-move", tap(Verb.DISCARD, proposal_id)),),
        )
    yes, no = ("confirm-move", "discard-move") if is_change else ("confirm", "discard")
    return (
        (
            Button(yes, tap(Verb.CONFIRM, proposal_id)),
            Button(no, tap(Verb.DISCARD, proposal_id)),
        ),
    )


def change_rhythm(proposal_id: int) -> Keyboard:
    """Return the buttons under the question whether a series gets another rhythm."""
    return (
        (Button("confirm-following", tap(Verb.FOLLOWING, proposal_id)),),
        (Button("discard-move", tap(Verb.DISCARD, proposal_id)),),
    )


def change(meeting_id: int, version: int, *, is_of_series: bool = False) -> Keyboard:
    """Return the buttons under the question what to change about a meeting as it was shown."""
    if is_of_series:
        return (
            (Button("cancel-one", tap(Verb.CANCEL, meeting_id, version)),),
            (Button("cancel-following", tap(Verb.END, meeting_id, version)),),
            (Button("keep", tap(Verb.CLOSE, meeting_id)),),
        )
    return (
        (Button("cancel", tap(Verb.CANCEL, meeting_id, version)),),
        (Button("keep", tap(Verb.CLOSE, meeting_id)),),
    )


def sure_to_cancel(meeting_id: int, version: int) -> Keyboard:
    """Return the buttons under the question whether a meeting is really to be cancelled."""
    return (
        (Button("sure-to-cancel", tap(Verb.CANCEL_SURE, meeting_id, version)),),
        (Button("keep", tap(Verb.CLOSE, meeting_id)),),
    )


def sure_to_end(meeting_id: int, version: int) -> Keyboard:
    """Return the buttons under the question whether a series is to end with a meeting."""
    return (
        (Button("sure-to-end", tap(Verb.END_SURE, meeting_id, version)),),
        (Button("keep", tap(Verb.CLOSE, meeting_id)),),
    )


def who_was_it(waiting_id: int) -> Keyboard:
    """Return the button by which somebody owns up to a command that came without a name."""
    return ((Button("it-was-me", tap(Verb.TAKE_UP, waiting_id)),),)


def which_group(waiting_id: int, groups: Iterable[Group]) -> Keyboard:
    """Return one button for each group that a command may be about."""
    return tuple(
        (Button("said", tap(Verb.CHOOSE_GROUP, waiting_id, group.id), {"said": group.name}),)
        for group in groups
    )


def which_meeting(waiting_id: int, meetings: Sequence[Meeting], local_now: datetime) -> Keyboard:
    """Return one button for each open meeting that a command may be about."""
    return tuple(
        (
            Button(
                "moment",
                tap(Verb.CHOOSE_MEETING, waiting_id, one.id),
                {"starts": one.starts, "local_now": local_now},
            ),
        )
        for one in sorted(meetings, key=lambda one: (one.starts, one.id))
    )


def languages(codes: Iterable[str]) -> Keyboard:
    """Return one button for each language, in its own name."""
    return tuple((Button(code, tap(Verb.LANGUAGE, code)),) for code in codes)


def calendar(group_id: int, entries: Iterable[Entry]) -> Keyboard:
    """Return the buttons under a group's calendar: what to add, and each line to take out."""
    prayer, ramadan, market, other = (
        Button(f"calendar-{kind}", tap(Verb.NOTE, group_id, kind)) for kind in EntryKind
    )
    taken_out = [
        Button("forget", tap(Verb.FORGET, entry.id), {"number": number})
        for number, entry in enumerate(entries, start=1)
    ]
    return (
        (prayer, ramadan),
        (market, other),
        *(tuple(taken_out[at : at + 2]) for at in range(0, len(taken_out), 2)),
    )


def roll(group_id: int, roll: Roll, *, shown: int) -> Keyboard:
    """Return one button for each organisation, and one for each of the first who wait."""
    seats = (
        Button(
            "join",
            tap(Verb.JOIN, group_id, seat.organisation_id),
            {"organisation": seat.name},
        )
        for seat in roll.seats[:SEATS_LIMIT]
    )
    waiting = (
        Button(
            "admit",
            tap(Verb.ADMIT, group_id, person.member_id, person.organisation_id),
            {"person": person.name, "organisation": person.organisation},
        )
        for person in roll.waiting[:shown]
    )
    return tuple((button,) for button in (*seats, *waiting))


def invitation(number: int) -> Keyboard:
    """Return the buttons under the question whether somebody accepts an invitation."""
    return (
        (
            Button("accept", tap(Verb.ACCEPT, number)),
            Button("decline", tap(Verb.DECLINE, number)),
        ),
    )


def set_up() -> Keyboard:
    """Return the button that begins the set-up of a group."""
    return ((Button("set-up", tap(Verb.SET_UP)),),)


def settings(group_id: int) -> Keyboard:
    """Return a button for each setting of a group, two in a row."""
    buttons = [Button(f"setting-{one}", tap(Verb.SETTING, group_id, one)) for one in Setting]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def first_steps(group_id: int, *, has_organisations: bool, has_lead: bool) -> Keyboard | None:
    """Return the buttons for what a new group still needs: its organisations, somebody to lead."""
    steps = []
    if not has_organisations:
        naming = tap(Verb.SETTING, group_id, Setting.ORGANISATIONS)
        steps.append((Button("add-organisations", naming),))
    if not has_lead:
        steps.append((Button("group-lead", tap(Verb.GROUP, group_id, GroupItem.LEAD)),))
    return tuple(steps) or None


def coalition(
    coalition_id: int, feedback: FeedbackState, *, can_remove: bool, can_found: bool
) -> Keyboard:
    """Return a button for each trait of a coalition, and what else there is to do with it."""
    channel = {
        FeedbackState.CLOSED: Item.OPEN_FEEDBACK,
        FeedbackState.OPEN: Item.PAUSE_FEEDBACK,
        FeedbackState.PAUSED: Item.RESUME_FEEDBACK,
    }
    name, languages, contact, team, remove, streams, confidence = (
        Button(f"coalition-{one}", tap(Verb.COALITION, coalition_id, one))
        for one in (
            Item.NAME,
            Item.LANGUAGES,
            Item.CONTACT,
            Item.TEAM,
            Item.REMOVE,
            Item.STREAMS,
            channel[feedback],
        )
    )
    removal = ((remove,),) if can_remove else ()
    found = ((Button("found", tap(Verb.FOUND)),),) if can_found else ()
    return (
        (team,),
        *removal,
        (contact,),
        (confidence,),
        (streams,),
        (name, languages),
        *found,
    )


def team(coalition_id: int, people: Mapping[int, str]) -> Keyboard:
    """Return one button for each person of a coordination team, to choose who is to go."""
    rows = (
        (Button("said", tap(Verb.TEAM, coalition_id, key, Deed.REMOVE), {"said": name}),)
        for key, name in people.items()
    )
    return (*rows, (Button("group-menu", tap(Verb.COALITION, coalition_id, Item.SHOW)),))


def sure_to_remove_from_team(coalition_id: int, member_id: int) -> Keyboard:
    """Return the buttons under the question whether somebody is to leave the coordination team."""
    return (
        (
            Button("deed-sure", tap(Verb.TEAM, coalition_id, member_id, Deed.SURE)),
            Button("decline", tap(Verb.COALITION, coalition_id, Item.SHOW)),
        ),
    )


def independent_contact(coalition_id: int) -> Keyboard:
    """Return the button that asks for the independent contact."""
    return ((Button("coalition-contact", tap(Verb.COALITION, coalition_id, Item.CONTACT)),),)


def coalitions(found: Iterable[Coalition], *, can_found: bool) -> Keyboard:
    """Return a button for each coalition of an operator or coordinator."""
    rows = (
        (Button("said", tap(Verb.COALITION, one.id, Item.SHOW), {"said": one.name}),)
        for one in found
    )
    return (*rows, (Button("found", tap(Verb.FOUND)),)) if can_found else tuple(rows)


def not_meant(number: int) -> Keyboard:
    """Return the button that undoes what the wrong person accepted."""
    return ((Button("not-meant", tap(Verb.NOT_MEANT, number)),),)


def group_menu(group_id: int, items: Iterable[GroupItem]) -> Keyboard:
    """Return one button for each thing that a person may do with a group."""
    return tuple((Button(f"group-{item}", tap(Verb.GROUP, group_id, item)),) for item in items)


def waiting(
    group_id: int, member_id: int, organisation_id: int, *, is_office: bool = False
) -> Keyboard:
    """Return the buttons under the question whether somebody speaks for an organisation.

    Who knows the phone may say that it is the office's, unless that was said of it already.
    """
    values = (group_id, member_id, organisation_id)
    verdict = (
        Button("confirm-person", tap(Verb.ADMIT, *values)),
        Button("decline", tap(Verb.REJECT, *values)),
    )
    office = (Button("confirm-office", tap(Verb.ADMIT_OFFICE, *values)),)
    return (verdict,) if is_office else (verdict, office)


PEOPLE_SHOWN = 8
"""People on one page of the list: more would fill more than a phone's screen."""


def people(group_id: int, found: Sequence[Person], *, page: int) -> Keyboard:
    """Return one button for each person of a page, and the way to the next page."""
    shown = found[page * PEOPLE_SHOWN : (page + 1) * PEOPLE_SHOWN]
    rows = [
        (
            Button(
                "person",
                tap(Verb.PERSON, group_id, person.member_id),
                {"person": person.name, "organisation": person.organisation or ""},
            ),
        )
        for person in shown
    ]
    if len(found) > PEOPLE_SHOWN:
        pages = -(-len(found) // PEOPLE_SHOWN)
        rows.append((Button("more", tap(Verb.PEOPLE, group_id, (page + 1) % pages)),))
    return (*rows, *group_menu(group_id, [GroupItem.MENU]))


def person(group_id: int, person: Person, *, may_change: bool) -> Keyboard:
    """Return the buttons on somebody's card; somebody who waits is confirmed or declined first."""
    back = (Button("group-people", tap(Verb.PEOPLE, group_id, 0)),)
    if not person.is_confirmed:
        return (*waiting(group_id, person.member_id, person.organisation_id or 0), back)
    if not may_change:
        return (back,)
    deeds = [deed for deed in _ROLE_DEEDS if deed.value != person.role.value]
    if person.is_office:
        deeds = []
    elif person.organisation is not None and person.is_alternate:
        deeds.append(Deed.FIRST)
    deeds += [Deed.MOVE, Deed.REMOVE]
    buttons = [Button(f"deed-{d}", tap(Verb.DEED, group_id, person.member_id, d)) for d in deeds]
    return (*((button,) for button in buttons), back)


_ROLE_DEEDS = (Deed.LEAD, Deed.DEPUTY, Deed.MEMBER, Deed.OBSERVER)


def sure_to_remove(group_id: int, member_id: int) -> Keyboard:
    """Return the buttons under the question whether somebody is to be removed."""
    return (
        (
            Button("deed-sure", tap(Verb.DEED, group_id, member_id, Deed.SURE)),
            Button("decline", tap(Verb.PERSON, group_id, member_id)),
        ),
    )


def seats_for(group_id: int, member_id: int, roll: Roll) -> Keyboard:
    """Return one button for each organisation for which somebody may speak from now on."""
    return tuple(
        (
            Button(
                "join",
                tap(Verb.RESEAT, group_id, member_id, seat.organisation_id),
                {"organisation": seat.name},
            ),
        )
        for seat in roll.seats[:SEATS_LIMIT]
    )


UNDO = "undo"
"""What the button carries that takes an answer for others back."""


def for_others(meeting_id: int, seats: Sequence[Seat]) -> Keyboard:
    """Return one button for each organisation for which somebody else may answer."""
    return tuple(
        (
            Button(
                "join",
                tap(Verb.FOR, meeting_id, seat.organisation_id),
                {"organisation": seat.name},
            ),
        )
        for seat in seats[:SEATS_LIMIT]
    )


def said_for(meeting_id: int, organisation_id: int) -> Keyboard:
    """Return the answers that an organisation may have given to somebody else."""
    values = (meeting_id, organisation_id)
    rows = ((Answer.COMING, Answer.PHONE), (Answer.ALTERNATE, Answer.CANNOT))
    return (
        *(tuple(Button(said, tap(Verb.SAID_FOR, *values, said)) for said in row) for row in rows),
        (Button("undo-for", tap(Verb.SAID_FOR, *values, UNDO)),),
    )
