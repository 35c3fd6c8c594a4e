"""What became of a meeting that nobody opened, one question at a time.

Held: when, who was there, what was dealt with, decided and given to whom; then the minutes are
drafted as usual. Moved: to when. Not held: why.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain import decisions, notebook, roles
from bot.domain import write_ups as rules
from bot.domain.actions import Word
from bot.domain.dates import DateMissing, DateUnreadable, TimeMissing, read_when
from bot.domain.meetings import check_plan
from bot.domain.roles import Action, Scope
from bot.domain.write_ups import Came, TimesUnreadable
from bot.errors import BotError
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk, Words
from bot.models import Group
from bot.outbox import post
from bot.rendering.messages import renderer
from bot.services import accounts, proposals, write_ups
from bot.services.accounts import Account

DONE, ALL, PLANNED = "done", "all", "planned"
NOTHING = "nothing"
"""What people write where nothing, or nothing more, is to be said."""
Named = tuple[tuple[int, str], ...]
"""Ids, each with its name."""


@dataclass(frozen=True)
class WriteUp:
    """What is known so far of a meeting that is being written up. Wall times of the group."""

    meeting_id: int
    planned_starts: datetime
    planned_ends: datetime
    seats: Named = ()
    agenda: Named = ()
    """What was brought to the agenda; the usual items are taken as dealt with."""
    off_record: tuple[int, ...] = ()
    """Which of it was off the record: nothing is kept of that but its title."""
    is_private: bool = False
    """Whether nobody else reads the answers: a paper list bears names and signatures."""
    starts: datetime | None = None
    ends: datetime | None = None
    present: tuple[int, ...] = ()
    hows: tuple[Came, ...] = ()
    """How some of them took part, as far as that was said."""
    is_room_known: bool = False
    unknown: tuple[str, ...] = ()
    """What was typed last and names none of the organisations."""
    guests: tuple[str, ...] | None = None
    items: tuple[int, ...] = ()
    are_items_known: bool = False
    decisions: tuple[str, ...] = ()
    """Empty is one that turned out to be off the record: its words are not kept."""
    reviews: tuple[date | None, ...] = ()
    """When each of them is looked at again."""
    are_decisions_known: bool = False
    places: tuple[int, ...] = ()
    """To which item each decision belongs, as far as that was asked; 0: to none."""
    actions: tuple[str, ...] = ()
    are_actions_known: bool = False
    secret: str = ""
    """The item off the record of which something was typed last; nothing of that is kept."""
    pictures: tuple[str, ...] = ()
    is_paper_known: bool = False

    def secret_of(self, text: str) -> str:
        """Return the item off the record that words name before a colon; empty: none."""
        return notebook.named_in(
            text, [name for key, name in self.agenda if key in self.off_record]
        )


def _ask_times(known: WriteUp, _scene: Scene) -> Screen:
    facts = {"starts": known.planned_starts, "ends": known.planned_ends}
    return Screen("write_ups/ask_times.html", facts, ((Choice(PLANNED, "as-planned", facts),),))


def _take_times(known: WriteUp, said: Said, scene: Scene) -> WriteUp:
    """Take when it was held; a beginning alone means that it took as long as planned.

    Of an hour that may be of two clocks, or of day and night, the plan says which it is.
    """
    if isinstance(said, Pick):
        starts, ends = known.planned_starts, known.planned_ends
    else:
        day = known.planned_starts.date()
        # Read as if it were ahead: what is read refuses the past.
        before = known.planned_starts - timedelta(days=1)
        try:
            when = read_when(
                said.text,
                now=before,
                languages=scene.languages,
                default_date=day,
                planned=(known.planned_starts.time(), known.planned_ends.time()),
            )
        except (DateUnreadable, DateMissing, TimeMissing) as error:
            # Nobody was asked for a date.
            raise TimesUnreadable(said=said.text) from error
        starts = when.starts
        ends = when.ends or starts + (known.planned_ends - known.planned_starts)
    rules.check_times(starts, ends, now=scene.local_now)
    return replace(known, starts=starts, ends=ends)


def _toggles(
    found: Named, chosen: tuple[int, ...], hows: tuple[Came, ...] = ()
) -> tuple[tuple[Choice, ...], ...]:
    ways = {one.organisation_id: one.how for one in hows}
    rows = tuple(
        (
            Choice(
                f"n{key}",
                "toggle",
                {"is_on": key in chosen, "called": name, "how": ways.get(key) or ""},
            ),
        )
        for key, name in found
    )
    return (*rows, (Choice(ALL, "all-of-them"), Choice(DONE, "that-is-all", words=NOTHING)))


def _toggled(chosen: tuple[int, ...], key: int) -> tuple[int, ...]:
    return tuple(one for one in chosen if one != key) if key in chosen else (*chosen, key)


def _all_or_none(found: Named, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Return what one more tap on all of them makes of a choice."""
    every = tuple(key for key, _ in found)
    return () if set(every) <= set(chosen) else every


def _ask_room(known: WriteUp, _scene: Scene) -> Screen:
    facts = {
        "starts": known.starts,
        "ends": known.ends,
        "count": len(known.present),
        "seats": len(known.seats),
        "unknown": known.unknown,
    }
    return Screen(
        "write_ups/ask_room.html", facts, _toggles(known.seats, known.present, known.hows)
    )


def _take_room(known: WriteUp, said: Said, _scene: Scene) -> WriteUp:
    if not isinstance(said, Pick):
        found = rules.read_room(dict(known.seats), said.text, renderer().room_words)
        named = (*known.present, *(one.organisation_id for one in found.came))
        said_anew = {one.organisation_id for one in found.came if one.how} | {*found.absent}
        return replace(
            known,
            present=tuple(key for key in dict.fromkeys(named) if key not in found.absent),
            hows=(*_but(known.hows, said_anew), *(one for one in found.came if one.how)),
            unknown=found.unclear,
            is_room_known=False,
        )
    known = replace(known, unknown=())
    if said.value == DONE:
        return replace(known, is_room_known=True)
    if said.value == ALL:
        present = _all_or_none(known.seats, known.present)
        hows = known.hows if present else ()
        return replace(known, present=present, hows=hows, is_room_known=False)
    key = int(said.value[1:])
    present = _toggled(known.present, key)
    return replace(known, present=present, hows=_but(known.hows, [key]), is_room_known=False)


def _but(hows: tuple[Came, ...], keys: Collection[int]) -> tuple[Came, ...]:
    return tuple(one for one in hows if one.organisation_id not in keys)


def _ask_guests(_known: WriteUp, _scene: Scene) -> Screen:
    return Screen(
        "write_ups/ask_guests.html", rows=((Choice(DONE, "none-of-them", words=NOTHING),),)
    )


def _take_guests(known: WriteUp, said: Said, _scene: Scene) -> WriteUp:
    if isinstance(said, Pick):
        return replace(known, guests=())
    # As behind /guest, ";" stands between several.
    return replace(known, guests=_lines(said.text.replace(";", "\n")))


def _ask_items(known: WriteUp, _scene: Scene) -> Screen:
    return Screen(
        "write_ups/ask_items.html", {}, _toggles(known.agenda, known.items), is_closed=True
    )


def _take_items(known: WriteUp, said: Said, _scene: Scene) -> WriteUp:
    assert isinstance(said, Pick)
    if said.value == DONE:
        return replace(known, are_items_known=True)
    if said.value == ALL:
        items = _all_or_none(known.agenda, known.items)
        return replace(known, items=items, are_items_known=False)
    return replace(known, items=_toggled(known.items, int(said.value[1:])), are_items_known=False)


def _ask_decisions(known: WriteUp, _scene: Scene) -> Screen:
    kept = [pair for pair in zip(known.decisions, known.reviews, strict=False) if pair[0]]
    facts = {
        "written": [text for text, _ in kept],
        "reviews": [day for _, day in kept],
        "has_secret": bool({*known.items} & {*known.off_record}),
        "secret": known.secret,
    }
    rows = ((Choice(DONE, "that-is-all", words=NOTHING),),)
    return Screen("write_ups/ask_decisions.html", facts, rows)


def _take_decisions(known: WriteUp, said: Said, scene: Scene) -> WriteUp:
    """Take decisions, each with the day of its review, as behind /agreed."""
    if isinstance(said, Pick):
        return replace(known, are_decisions_known=True, secret="")
    lines, secret = _on_record(known, _lines(said.text))
    words = renderer().review_words
    found = [
        decisions.split_review(line, now=scene.local_now, languages=scene.languages, words=words)
        for line in lines
    ]
    return replace(
        known,
        decisions=_few_enough((*known.decisions, *(text for text, _ in found))),
        reviews=(*known.reviews, *(day for _, day in found)),
        secret=secret,
        are_decisions_known=False,
    )


def _on_record(known: WriteUp, lines: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the lines that may be kept, and the item off the record that another one names."""
    named = [known.secret_of(line) for line in lines]
    kept = tuple(line for line, secret in zip(lines, named, strict=True) if not secret)
    return kept, next(filter(None, named), "")


def _ask_places(known: WriteUp, _scene: Scene) -> Screen:
    at = min(len(known.places), len(known.decisions) - 1)
    facts = {
        "text": known.decisions[at],
        "number": at + 1,
        "count": len(known.decisions),
        "secret": known.secret,
    }
    rows = tuple(
        (
            Choice(
                f"n{key}",
                "said-off-record" if key in known.off_record else "said",
                {"said": name},
            ),
        )
        for key, name in known.agenda
        if key in known.items
    )
    return Screen(
        "write_ups/ask_places.html",
        facts,
        (*rows, (Choice(DONE, "no-item", words=NOTHING),)),
        is_closed=True,
    )


def _take_places(known: WriteUp, said: Said, _scene: Scene) -> WriteUp:
    """Take to which item one decision belongs; whoever came back gives the last one anew.

    Of an item off the record the words are not kept.
    """
    assert isinstance(said, Pick)
    before = known.places[: len(known.decisions) - 1]
    place = 0 if said.value == DONE else int(said.value[1:])
    if place not in known.off_record:
        return replace(known, places=(*before, place), secret="")
    at = len(before)
    return replace(
        known,
        decisions=(*known.decisions[:at], "", *known.decisions[at + 1 :]),
        places=(*before, 0),
        secret=dict(known.agenda)[place],
    )


def _ask_actions(known: WriteUp, _scene: Scene) -> Screen:
    rows = ((Choice(DONE, "that-is-all", words=NOTHING),),)
    facts = {"written": known.actions, "secret": known.secret}
    return Screen("write_ups/ask_actions.html", facts, rows)


def _take_actions(known: WriteUp, said: Said, _scene: Scene) -> WriteUp:
    if isinstance(said, Pick):
        return replace(known, are_actions_known=True, secret="")
    lines, secret = _on_record(known, _lines(said.text))
    written = _few_enough((*known.actions, *lines))
    return replace(known, actions=written, secret=secret, are_actions_known=False)


def _ask_paper(known: WriteUp, _scene: Scene) -> Screen:
    label = "that-is-all" if known.pictures else "no-list"
    facts = {"count": len(known.pictures), "days": rules.PAPER_KEPT.days}
    return Screen(
        "write_ups/ask_paper.html", facts, ((Choice(DONE, label, words=NOTHING),),), is_closed=True
    )


def _take_paper(known: WriteUp, _said: Said, _scene: Scene) -> WriteUp:
    return replace(known, is_paper_known=True)


def _take_picture(known: WriteUp, file_id: str) -> WriteUp:
    """Take a photo of the list; one too many is left out without a word, as in an album."""
    pictures = tuple(dict.fromkeys((*known.pictures, file_id)))[: rules.PICTURES_LIMIT]
    return replace(known, pictures=pictures, is_paper_known=False)


def _take_early(known: WriteUp, file_id: str) -> WriteUp:
    """Take a photo that comes before it is asked for; what others see is no paper list."""
    return _take_picture(known, file_id) if known.is_private else known


def _lines(text: str) -> tuple[str, ...]:
    """Return what was typed, a line or a point of a list each.

    Raises:
        EntryTooLong: one of them is a speech.
    """
    announcing = renderer().action_words[Word.LIST]
    found = notebook.entries(text, announcing=announcing, is_listed=True)
    return tuple(map(notebook.checked, found))


def _few_enough(written: tuple[str, ...]) -> tuple[str, ...]:
    if len(written) > notebook.ENTRIES_LIMIT:
        raise notebook.NotebookFull(limit=notebook.ENTRIES_LIMIT)
    return written


async def _write(talk: Talk, known: WriteUp) -> None:
    """Record the meeting; the draft of its minutes goes to who approves them, as always."""
    hows = {one.organisation_id: one for one in known.hows}
    account = Account(
        known.starts or known.planned_starts,
        known.ends or known.planned_ends,
        came=tuple(hows.get(key, Came(key)) for key in known.present),
        guests=known.guests or (),
        items=known.items,
        decisions=known.decisions,
        reviews=known.reviews,
        places=known.places,
        actions=known.actions,
        pictures=known.pictures,
    )
    await accounts.write_up(talk.session, known.meeting_id, account, talk.actor, now=talk.now)
    await post.say(
        talk.session,
        talk.place,
        "write_ups/written.html",
        {"has_list": bool(known.pictures)},
        now=talk.now,
        is_silent=True,
    )


async def _moot(talk: Talk, known: "WriteUp | Elsewhen | NotHeld") -> str:
    """Tell whether somebody else has said meanwhile what became of the meeting."""
    is_known = await write_ups.is_recorded(talk.session, known.meeting_id)
    return "errors/already_recorded.html" if is_known else ""


async def _give_up(talk: Talk, known: WriteUp) -> None:
    """Let everybody who was asked see that the question is open again."""
    await write_ups.given_up(talk.session, known.meeting_id, now=talk.now)


WRITE = Flow(
    name="write-up",
    version=1,
    state=WriteUp,
    steps=(
        Step(
            "times",
            _ask_times,
            _take_times,
            skip=lambda known: replace(known, starts=known.planned_starts, ends=known.planned_ends),
        ),
        Step(
            "room",
            _ask_room,
            _take_room,
            applies=lambda known: bool(known.seats),
            again=lambda known: not known.is_room_known,
        ),
        Step("guests", _ask_guests, _take_guests, skip=lambda known: replace(known, guests=())),
        Step(
            "items",
            _ask_items,
            _take_items,
            applies=lambda known: bool(known.agenda),
            again=lambda known: not known.are_items_known,
        ),
        Step(
            "decisions",
            _ask_decisions,
            _take_decisions,
            again=lambda known: not known.are_decisions_known,
        ),
        Step(
            "places",
            _ask_places,
            _take_places,
            applies=lambda known: bool(known.decisions and known.agenda and known.items),
            skip=lambda known: replace(known, places=(0,) * len(known.decisions)),
            again=lambda known: len(known.places) < len(known.decisions),
        ),
        Step(
            "actions",
            _ask_actions,
            _take_actions,
            again=lambda known: not known.are_actions_known,
        ),
        Step(
            "paper",
            _ask_paper,
            _take_paper,
            applies=lambda known: known.is_private,
            again=lambda known: not known.is_paper_known,
            picture=_take_picture,
        ),
    ),
    finish=_write,
    command="minutes",
    # Whoever is called away goes on the day after.
    lives=timedelta(days=3),
    moot=_moot,
    given_up=_give_up,
    picture=_take_early,
)


@dataclass(frozen=True)
class Elsewhen:
    """To when a meeting was moved. Wall times of the group."""

    meeting_id: int
    planned_starts: datetime
    planned_ends: datetime
    starts: datetime | None = None
    ends: datetime | None = None
    place: str = ""


def _ask_when(known: Elsewhen, scene: Scene) -> Screen:
    example = scene.local_now + timedelta(days=7)
    example = example.replace(hour=known.planned_starts.hour, minute=known.planned_starts.minute)
    return Screen("write_ups/ask_when.html", {"example": example})


def _take_when(known: Elsewhen, said: Said, scene: Scene) -> Elsewhen:
    """Take the new date; a day alone means the same hour as before."""
    assert not isinstance(said, Pick)
    text = said.text
    with suppress(TimeMissing):
        when = read_when(text, now=scene.local_now, languages=scene.languages)
        return _at(known, when.starts, when.ends, when.rest, scene)
    when = read_when(
        f"{text} {known.planned_starts:%H:%M}", now=scene.local_now, languages=scene.languages
    )
    return _at(known, when.starts, when.ends, when.rest, scene)


def _at(
    known: Elsewhen, starts: datetime, ends: datetime | None, place: str, scene: Scene
) -> Elsewhen:
    ends = ends or starts + (known.planned_ends - known.planned_starts)
    check_plan(starts=starts, ends=ends, place=place, now=scene.local_now)
    return replace(known, starts=starts, ends=ends, place=place)


async def _move(talk: Talk, known: Elsewhen) -> None:
    """Ask whether the new date was understood, as for every plan: with the yes it was moved."""
    assert talk.scene.group is not None
    assert known.starts is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    roles.require(talk.actor, Action.PLAN_MEETING, Scope(group.coalition_id, group.id))
    meeting, _ = await write_ups.unrecorded(
        talk.session, known.meeting_id, talk.actor, now=talk.now
    )
    await proposals.propose(
        talk.session,
        group,
        starts=known.starts,
        ends=known.ends,
        place=known.place or meeting.place,
        known=replace(meeting.where(), place=known.place or meeting.place),
        meeting=meeting,
        asked_in=talk.place,
        now=talk.now,
    )


def moved_to(known: Elsewhen, said: str, scene: Scene) -> Elsewhen:
    """Return the same with the new date, if `said` bears one that is possible; else it is asked."""
    try:
        return _take_when(known, Words(said), scene)
    except BotError:
        return known


MOVE = Flow(
    name="moved",
    version=1,
    state=Elsewhen,
    steps=(Step("when", _ask_when, _take_when, applies=lambda known: known.starts is None),),
    finish=_move,
    command="meeting",
    moot=_moot,
)


@dataclass(frozen=True)
class NotHeld:
    """Why a meeting was not held."""

    meeting_id: int
    reason: str | None = None
    """None: not asked yet; empty: nobody said."""
    writer: str = ""
    """Who is writing the meeting up meanwhile: they think that it was held."""


def _ask_sure(known: NotHeld, _scene: Scene) -> Screen:
    rows = ((Choice(DONE, "fate-not-held"),),)
    return Screen("write_ups/ask_sure.html", {"name": known.writer}, rows, is_closed=True)


def _take_sure(known: NotHeld, _said: Said, _scene: Scene) -> NotHeld:
    return replace(known, writer="")


def _ask_why(_known: NotHeld, _scene: Scene) -> Screen:
    return Screen("write_ups/ask_why.html")


def _take_why(known: NotHeld, said: Said, _scene: Scene) -> NotHeld:
    assert not isinstance(said, Pick)
    return replace(known, reason=rules.checked_reason(said.text))


async def _leave_out(talk: Talk, known: NotHeld) -> None:
    await write_ups.not_held(
        talk.session,
        known.meeting_id,
        known.reason or "",
        talk.actor,
        now=talk.now,
        is_told=talk.place.chat_id > 0,
    )
    await post.say(
        talk.session, talk.place, "write_ups/not_held.html", now=talk.now, is_silent=True
    )


WHY = Flow(
    name="not-held",
    version=1,
    state=NotHeld,
    steps=(
        Step("sure", _ask_sure, _take_sure, applies=lambda known: bool(known.writer)),
        Step(
            "why",
            _ask_why,
            _take_why,
            applies=lambda known: known.reason is None,
            skip=lambda known: replace(known, reason=""),
        ),
    ),
    finish=_leave_out,
    command="minutes",
    moot=_moot,
)
