"""The rules of an agenda: what an item is, how people write one, and whether the time suffices."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.carry_over import NOTHING, Carried
from bot.domain.dates import read_length
from bot.domain.dates.tokens import phrase
from bot.domain.names import clean
from bot.errors import BotError

DEFAULT_MINUTES = 15
"""What an item takes if nobody says: long enough to decide something, short enough to notice."""
LONGEST = 480
"""Minutes; a longer item is a mistyped number, or a conference."""
TITLE_LIMIT = 120
PRESENTER_LIMIT = 60
NOTE_LIMIT = 160
ITEMS_LIMIT = 40
"""Open items of one meeting, or of one backlog: more would be nobody's agenda."""
ROUTINE_LIMIT = 12
LISTED = 10
"""Items on one page of an editor: more would be off a phone's screen, with their buttons."""

_BETWEEN = re.compile(r"\s*[,;()]\s*(?:[-\u2013\u2014:]\s+)?|\s+[-\u2013\u2014]\s+")
_LONGEST_PHRASE = 5
"""Words of a length, or of what says that something is off the record."""
_ROUND, _ROUND_LIMIT = 5, 120
"""What a number alone at the end of a title must be for minutes: `Water trucks 20`, not `Plan 2027`
or `Who brought number 7`."""
_HOUR = 60
_THANKS_LIMIT = _TURN_LIMIT = 6
"""Words beyond which a text that thanks, or takes a turn, says something else, too."""


class ItemState(StrEnum):
    """What became of an item."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    BACKLOG = "backlog"
    """It waits for a meeting with room for it."""
    DROPPED = "dropped"
    """A lead took it out of the backlog: it was dealt with, or matters no more."""
    WITHDRAWN = "withdrawn"
    """Whoever brought it took it back."""
    DONE = "done"
    """Its meeting dealt with it."""


class Routine(StrEnum):
    """What stands on the agenda of every meeting, unless the group says otherwise."""

    OPENING = "opening"
    LAST_MINUTES = "last-minutes"
    ACTIONS = "actions"
    UPDATES = "updates"
    OTHER_BUSINESS = "other-business"


class Word(StrEnum):
    """What a word in the line of an item may mean."""

    MINUTES = "minutes"
    HOURS = "hours"
    HALF_HOUR = "half-hour"
    OFF_RECORD = "off-record"
    PRESENTER = "presenter"
    TEMPLATE = "template"
    NOTE = "note"
    """What the line below an agenda is about: transport, lunch."""
    WITHDRAW = "withdraw"
    NEW = "new"
    """What stands before an item that comes up in the meeting itself."""
    OPENING = "opening"
    LAST_MINUTES = "last-minutes"
    ACTIONS = "actions"
    UPDATES = "updates"
    OTHER_BUSINESS = "other-business"
    CLOSING = "closing"
    """What ends a meeting; what is brought later comes before it."""
    TAKE_TURN = "take-turn"
    HAND_ON = "hand-on"
    THANKS = "thanks"
    """What people say to each other under an agenda: "noted with thanks"."""


Words = Mapping[Word, frozenset[tuple[str, ...]]]
"""The phrases of every language, folded."""


@dataclass(frozen=True)
class Line:
    """An item as somebody wrote it."""

    title: str
    minutes: int | None = None
    presenter: str = ""
    is_off_record: bool = False


@dataclass(frozen=True)
class Item:
    """An item as it stands on an agenda, or waits for one."""

    id: int
    title: str
    """Empty for a routine, which every reader finds in their own language."""
    minutes: int
    presenter: str = ""
    organisation: str = ""
    """The institution that brought it; empty for what belongs to all."""
    is_passed_on: bool = False
    """Somebody else than its people brought it for them."""
    is_off_record: bool = False
    state: ItemState = ItemState.PROPOSED
    routine: Routine | None = None
    is_routine: bool = False
    """It came from the group's template: it belongs to nobody, and is never left over."""
    version: int = 0
    """The version of its meeting's agenda in which it last changed."""
    is_new: bool = False
    """It came after the agenda was circulated: people may not have seen it."""


@dataclass(frozen=True)
class Budget:
    """The time that a meeting has, and what its agenda asks for. Minutes."""

    used: int
    available: int

    @property
    def over(self) -> int:
        """Return by how much the agenda is too long; 0 if it fits."""
        return max(0, self.used - self.available)


@dataclass(frozen=True)
class Share:
    """The part of the time that one organisation holds. Minutes."""

    organisation: str
    minutes: int
    of: int


@dataclass(frozen=True)
class Agenda:
    """The agenda of one meeting, as people are shown it."""

    items: tuple[Item, ...] = ()
    """Accepted, in their order."""
    proposed: tuple[Item, ...] = ()
    """What the lead has not looked at yet."""
    offered: tuple[Item, ...] = ()
    """What was left over from other meetings, or a page of it."""
    waiting: int = 0
    """How much was left over in all."""
    page: int = 0
    """Which page of it is offered, from 0."""
    listed_page: int = 0
    """Which page of its own items an editor lists, from 0."""
    note: str = ""
    """The group's own line: who pays the transport, whether there is lunch."""
    available: int = 0
    """Minutes."""
    version: int = 1
    carried: Carried = NOTHING
    """What the meetings before it hand on."""

    @property
    def budget(self) -> Budget:
        """Return how the time is used."""
        return Budget(sum(item.minutes for item in self.items), self.available)

    @property
    def share(self) -> Share | None:
        """Return who holds most of the time, if anybody does."""
        return dominant(self.items, self.available)

    @property
    def kept(self) -> tuple[Item, ...]:
        """Return the items of this meeting as the editor numbers them."""
        return (*self.items, *self.proposed)

    @property
    def pages(self) -> int:
        """Return on how many pages an editor lists the items; at least one."""
        return max(1, -(-len(self.kept) // LISTED))

    @property
    def listed(self) -> tuple[tuple[int, Item], ...]:
        """Return the items on the page that an editor lists, with their numbers."""
        first = min(self.listed_page, self.pages - 1) * LISTED
        return tuple(enumerate(self.kept, start=1))[first : first + LISTED]


@dataclass(frozen=True)
class Template:
    """What a group puts on every agenda."""

    lines: tuple[tuple[Routine | None, Line], ...]
    note: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        """Return its items as people are shown them."""
        return tuple(
            Item(0, line.title, line.minutes or DEFAULT_MINUTES, routine=routine, is_routine=True)
            for routine, line in self.lines
        )


DEFAULT_TEMPLATE = Template(
    tuple(
        (routine, Line("", minutes))
        for routine, minutes in (
            (Routine.OPENING, 5),
            (Routine.LAST_MINUTES, 5),
            (Routine.ACTIONS, 15),
            (Routine.UPDATES, 20),
            (Routine.OTHER_BUSINESS, 5),
        )
    )
)
"""Fifty minutes of a meeting of two hours: the rest is for what people bring."""


class ItemUnreadable(BotError):
    """The line of an item does not say what it is about."""


class TitleTooLong(BotError):
    """What an item is about does not fit a line that people read on a small phone."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"a title of {length} characters")
        self.length, self.limit = length, limit


class MinutesImpossible(BotError):
    """An item was to take no time at all, or longer than a working day."""

    def __init__(self, *, longest: int) -> None:
        super().__init__("impossible minutes")
        self.longest = longest


class MinutesUnreadable(BotError):
    """Words that say no number of minutes, where one was asked for."""


class TemplateUnreadable(BotError):
    """The line that lists what stands on every agenda has no usable part."""

    def __init__(self, *, limit: int) -> None:
        super().__init__("no template")
        self.limit = limit


class AgendaFull(BotError):
    """So many items wait that nobody could look through them."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"more than {limit} items")
        self.limit = limit


class ItemGone(BotError):
    """An item that somebody wanted to correct was decided already."""


class ItemElsewhere(BotError):
    """An item that a lead wanted to say anew is not on the agenda any more."""


def read_item(text: str, words: Words) -> Line:
    """Read `Water trucks: who goes where, 20 min, Amina, off the record`.

    The title ends where the minutes begin, so it may have commas of its own; who presents follows.

    Raises:
        ItemUnreadable: there is no title.
        TitleTooLong, MinutesImpossible: see there.
    """
    line = _read(text, words)
    if line.minutes is None:
        title, minutes = _round_number_at_end(line.title)
        line = replace(line, title=title, minutes=minutes)
    return checked(line)


def is_surely_item(text: str, words: Words) -> bool:
    """Tell whether a text among other talk is an item: it says how long, or off the record."""
    line = _read(text, words)
    return bool(line.title) and (line.minutes is not None or line.is_off_record)


def is_thanks(text: str, words: Words) -> bool:
    """Tell whether a text only thanks, or says that it was read."""
    said = _said(text)
    if not any(word.isalpha() for word in said):
        return True
    if "?" in text or len(said) > _THANKS_LIMIT:
        return False
    return _mentions(said, words[Word.THANKS])


def says_turn(text: str, words: Words) -> bool | None:
    """Tell whether an organisation takes its turn (True) or passes it on; None: it says neither."""
    said = _said(text)
    if "?" in text or len(said) > _TURN_LIMIT:
        return None
    found = [word for word in (Word.TAKE_TURN, Word.HAND_ON) if _mentions(said, words[word])]
    return found[0] is Word.TAKE_TURN if len(found) == 1 else None


def read_minutes(text: str, words: Words) -> int:
    """Read how long something takes: `20`, `20 min`, `dakika 40`, `kumi`, `1 hour`.

    Raises:
        MinutesUnreadable: it says no length.
        MinutesImpossible: see there.
    """
    minutes = _length(text, words)
    if minutes is None:
        minutes = read_length(text, is_bare=True)
    if minutes is None:
        raise MinutesUnreadable
    check_minutes(minutes)
    return minutes


def is_off_record(text: str, words: Words) -> bool:
    """Tell whether somebody says that a thing is off the record, and no more than that."""
    return _said(text) in words[Word.OFF_RECORD]


def is_withdrawal(text: str, words: Words) -> bool:
    """Tell whether somebody takes an item back, and says no more than that."""
    return _said(text) in words[Word.WITHDRAW]


def reworded(item: Item, text: str, words: Words) -> Line:
    """Return an item as a lead says it anew; what they leave out stays as it was.

    A length alone changes nothing else.

    Raises:
        ItemUnreadable, TitleTooLong, MinutesImpossible: see `read_item`.
    """
    minutes = _length(text, words)
    if minutes is not None:
        check_minutes(minutes)
        return Line(item.title, minutes, item.presenter, item.is_off_record)
    line = read_item(text, words)
    return Line(
        line.title,
        line.minutes or item.minutes,
        line.presenter or item.presenter,
        line.is_off_record or item.is_off_record,
    )


def checked(line: Line) -> Line:
    """Return a line with clean words.

    Raises:
        ItemUnreadable: there is no title.
        TitleTooLong, MinutesImpossible: see there.
    """
    title = clean(line.title, fallback="", limit=10 * TITLE_LIMIT).strip(" .,;:-")
    if not any(character.isalpha() for character in title):
        raise ItemUnreadable
    if len(title) > TITLE_LIMIT:
        raise TitleTooLong(length=len(title), limit=TITLE_LIMIT)
    if line.minutes is not None:
        check_minutes(line.minutes)
    presenter = clean(line.presenter, fallback="", limit=PRESENTER_LIMIT)
    return Line(title, line.minutes, presenter, line.is_off_record)


def check_minutes(minutes: int) -> None:
    """Refuse a length that cannot be meant.

    Raises:
        MinutesImpossible: see there.
    """
    if not 0 < minutes <= LONGEST:
        raise MinutesImpossible(longest=LONGEST)


def is_template(text: str, words: Words) -> bool:
    """Tell whether somebody names what stands on every agenda, and says no more."""
    return _said(text) in words[Word.TEMPLATE]


def template_line(text: str, words: Words) -> str | None:
    """Return what follows `template:` in any language; None if the text does not begin so.

    `Transport/lunch: paid` alone is the line below the agenda, without the word before it.
    """
    head, colon, rest = text.partition(":")
    if _said(head) in words[Word.TEMPLATE]:
        return rest.strip()
    return text.strip() if colon and _is_note(head, words) else None


def read_template(text: str, words: Words) -> Template:
    """Read `Opening 5; Water 30; Transport/lunch: fare refunded`, also on lines of their own.

    A part with a colon is a line that stands below the agenda, unless it says how long it takes;
    one that begins with the colon always is.
    What every agenda has is known by its name, and shown to everybody in their own language. Where
    no item is named, the usual ones stand.

    Raises:
        TemplateUnreadable: there are too many parts, or nothing but marks.
        TitleTooLong, MinutesImpossible: see `checked`.
    """
    lines, notes = _template_parts(text, words)
    if len(lines) > ROUTINE_LIMIT or (text.strip() and not lines and not notes):
        raise TemplateUnreadable(limit=ROUTINE_LIMIT)
    note = clean("; ".join(note.lstrip(": ") for note in notes), fallback="", limit=10 * NOTE_LIMIT)
    if len(note) > NOTE_LIMIT:
        raise TitleTooLong(length=len(note), limit=NOTE_LIMIT)
    found = tuple(_template_line(line, words) for line in lines)
    return Template(found or DEFAULT_TEMPLATE.lines, note)


def template_of(before: str, words: Words, items: str | None, note: str | None) -> str:
    """Return the text of a template of which both halves were asked; None leaves one as it is."""
    old_lines, old_notes = _template_parts(before, words)
    lines, notes = _template_parts(items, words) if items is not None else (old_lines, [])
    if note is not None:
        notes = [f": {note}"] if note else []
    elif not notes:
        notes = old_notes
    return "; ".join((*lines, *notes))


def template_changed(before: str, said: str, words: Words) -> str:
    """Return the text of a template after somebody said another.

    Lines that stand below the agenda, said alone, change only those: the items stay.
    """
    lines, notes = _template_parts(said, words)
    if lines or not notes:
        return said
    kept, _ = _template_parts(before, words)
    return "; ".join((*kept, *notes))


def minutes_of(length: timedelta) -> int:
    """Return a length in whole minutes."""
    return length // timedelta(minutes=1)


def dominant(items: Iterable[Item], available: int) -> Share | None:
    """Return the organisation that holds more than half of the meeting, if one does.

    Half is the line because beyond it all others together have less than the one. It is half of the
    meeting, or of the agenda if that is longer: the first item of an empty agenda dominates nobody.
    """
    items = tuple(items)
    whole = max(available, sum(item.minutes for item in items))
    held: dict[str, int] = {}
    for item in items:
        if item.organisation and not item.is_routine:
            held[item.organisation] = held.get(item.organisation, 0) + item.minutes
    name = max(held, key=lambda one: held[one], default="")
    if not name or 2 * held[name] <= whole:
        return None
    return Share(name, held[name], whole)


def moved(order: Sequence[int], item_id: int, *, by: int) -> list[int]:
    """Return the order with one item further up (`by` -1) or down (1); it stops at the ends."""
    rest = [one for one in order if one != item_id]
    if len(rest) == len(order):
        return list(order)
    at = min(max(order.index(item_id) + by, 0), len(rest))
    return [*rest[:at], item_id, *rest[at:]]


def inserted(items: Sequence[Item], item_id: int, words: Words) -> list[int]:
    """Return the order with a new item, before what closes the meeting ("any other business")."""
    others = [item for item in items if item.id != item_id]
    at = len(others)
    while at > 0 and _is_closing(others[at - 1], words):
        at -= 1
    order = [item.id for item in others]
    return [*order[:at], item_id, *order[at:]]


def _is_closing(item: Item, words: Words) -> bool:
    return item.is_routine and (
        item.routine is Routine.OTHER_BUSINESS
        or _said(item.title) in words[Word.CLOSING] | words[Word.OTHER_BUSINESS]
    )


def _said(text: str) -> tuple[str, ...]:
    """Return the folded words and numbers of a text, without its marks."""
    return tuple(token for token in phrase(text) if token.isalnum())


def _mentions(said: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    ends = range(1, len(said) + 1)
    return any(said[at:after] in phrases for after in ends for at in range(after))


def _read(text: str, words: Words) -> Line:
    """Return an item as it is written, whether or not it can be meant."""
    text, off_record = _without_beginning(" ".join(text.split()), words)
    minutes, is_cut = None, False
    before: list[str] = []
    after: list[str] = []
    parts = [piece for part in _BETWEEN.split(text) if part for piece in _pieces(part, words)]
    for part in parts:
        length = _length(part, words) if minutes is None else None
        if length is not None:
            minutes, is_cut = length, True
        elif _said(part) in words[Word.OFF_RECORD]:
            off_record = is_cut = True
        else:
            (after if is_cut and before else before).append(part)
    title, is_private = _without_end(_title(text, before) if is_cut else text, words)
    presenter, is_secret = _without_end(_presenter(", ".join(after), words), words)
    return Line(title, minutes, presenter, off_record or is_private or is_secret)


def _pieces(part: str, words: Words) -> list[str]:
    """Cut a part where a length ends its title: `Water trucks 20 min by Amina` has three pieces."""
    said = part.split()
    for at in range(len(said)):
        for after in range(min(at + _LONGEST_PHRASE, len(said)), at, -1):
            length = " ".join(said[at:after])
            is_end = after == len(said) or _presenting(said[after:], words) > 0
            if is_end and len(_said(length)) > 1 and _length(length, words) is not None:
                found = (" ".join(said[:at]), length, " ".join(said[after:]))
                return [piece for piece in found if piece]
    return [part]


def _title(text: str, before: Sequence[str]) -> str:
    """Return the title as it was written: with its own commas and dashes."""
    if not before:
        return ""
    first, last = text.index(before[0]), text.index(before[-1])
    title = text[first : last + len(before[-1])] if last >= first else ", ".join(before)
    return f"{title})" if title.count("(") > title.count(")") else title


def _length(text: str, words: Words) -> int | None:
    """Return the minutes that a whole part says; a number alone counts as minutes."""
    said = _said(text)
    if said in words[Word.HALF_HOUR]:
        return _HOUR // 2
    if len(said) == 1:
        return _number(said[0])
    for number, unit in ((said[0], said[1:]), (said[-1], said[:-1])) if said else ():
        count = _number(number)
        if count is not None and unit in words[Word.MINUTES]:
            return count
        if count is not None and unit in words[Word.HOURS]:
            return count * _HOUR
    return read_length(text)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= len(str(LONGEST)) + 1 else None


def _round_number_at_end(title: str) -> tuple[str, int | None]:
    """Cut a number off the end of a title if it is one that people say of minutes."""
    head, _, last = title.rpartition(" ")
    minutes = _number(last) if head else None
    if minutes is None or minutes % _ROUND or not 0 < minutes <= _ROUND_LIMIT:
        return title, None
    return head, minutes


def _without_beginning(text: str, words: Words) -> tuple[str, bool]:
    """Cut "off the record" off the beginning of a text; a single word needs a colon behind it."""
    head, colon, rest = text.partition(":")
    if colon and _said(head) in words[Word.OFF_RECORD]:
        return rest.strip(), True
    pieces = text.split()
    for count in range(min(_LONGEST_PHRASE, len(pieces) - 1), 0, -1):
        said = _said(" ".join(pieces[:count]))
        if len(said) > 1 and said in words[Word.OFF_RECORD]:
            return " ".join(pieces[count:]).lstrip(" -\u2013\u2014,:"), True
    return text, False


def _without_end(title: str, words: Words) -> tuple[str, bool]:
    """Cut "off the record" off the end of a title."""
    pieces = title.split()
    for count in range(min(_LONGEST_PHRASE, len(pieces) - 1), 0, -1):
        if _said(" ".join(pieces[-count:])) in words[Word.OFF_RECORD]:
            return " ".join(pieces[:-count]), True
    return title, False


def _presenting(pieces: Sequence[str], words: Words) -> int:
    """Return how many words say that the name of who presents follows: `presented by` is two."""
    for count in range(min(_LONGEST_PHRASE, len(pieces) - 1), 0, -1):
        if _said(" ".join(pieces[:count])) in words[Word.PRESENTER]:
            return count
    return 0


def _presenter(said: str, words: Words) -> str:
    """Return who presents, without "presenter:" before the name."""
    pieces = said.split()
    return " ".join(pieces[_presenting(pieces, words) :])


def _template_parts(text: str, words: Words) -> tuple[list[str], list[str]]:
    """Return the items that a template names, and the lines that stand below an agenda."""
    lines: list[str] = []
    notes: list[str] = []
    for part in filter(None, (part.strip(" ,.") for part in re.split(r"[;\n]", text))):
        head, colon, rest = part.partition(":")
        is_timed = len(_pieces(part, words)) > 1
        if not head:
            is_timed = False
        elif not is_timed and not _is_note(head, words):
            # "Water: 30" is an item; "Transport: 500" is what it costs.
            is_timed = _length(rest.strip(), words) is not None
        (notes if colon and not is_timed else lines).append(part)
    return lines, notes


def _is_note(head: str, words: Words) -> bool:
    """Tell whether all words before a colon are such as "transport" and "lunch"."""
    said = _said(head)
    return bool(said) and all((one,) in words[Word.NOTE] for one in said)


def _template_line(part: str, words: Words) -> tuple[Routine | None, Line]:
    """Return an item of a template: `Water 30`, `Water: 30 min`, `Prayer, 5 min`."""
    pieces = part.replace(":", " ").split()
    for count in range(min(_LONGEST_PHRASE, len(pieces) - 1), 0, -1):
        minutes = _length(" ".join(pieces[-count:]), words)
        if minutes is not None:
            part = part[: part.rindex(pieces[-count])]
            break
    else:
        minutes = None
    for routine in Routine:
        if _said(part) in words[Word(routine.value)]:
            check_minutes(minutes or DEFAULT_MINUTES)
            return routine, Line("", minutes or DEFAULT_MINUTES)
    return None, checked(Line(part, minutes if minutes is not None else DEFAULT_MINUTES))


class Edit(StrEnum):
    """What a lead does in the editor."""

    HOME = "home"
    PAGE = "page"
    OPEN = "open"
    ALL = "all"
    ACCEPT = "accept"
    LATER = "later"
    DECLINE = "decline"
    UP = "up"
    DOWN = "down"
    MINUTES = "minutes"
    BACKLOG = "backlog"
    """Look through what was left over."""
    DROP = "drop"
    DROP_ALL = "drop-all"


STAYS_OPEN = frozenset({Edit.OPEN, Edit.UP, Edit.DOWN, Edit.MINUTES})
"""After these the item is still shown: one moves it up twice, or looks what the minutes did."""

_RESULTS = {
    Edit.ACCEPT: ItemState.ACCEPTED,
    Edit.LATER: ItemState.BACKLOG,
    Edit.DECLINE: ItemState.DECLINED,
    Edit.DROP: ItemState.DROPPED,
}
_ON_SHEET = frozenset({ItemState.PROPOSED, ItemState.ACCEPTED})
_STARTS = {
    Edit.OPEN: _ON_SHEET,
    Edit.ACCEPT: frozenset({ItemState.PROPOSED, ItemState.BACKLOG}),
    Edit.LATER: _ON_SHEET,
    Edit.DECLINE: _ON_SHEET,
    Edit.UP: frozenset({ItemState.ACCEPTED}),
    Edit.DOWN: frozenset({ItemState.ACCEPTED}),
    Edit.MINUTES: _ON_SHEET,
    Edit.DROP: frozenset({ItemState.BACKLOG}),
}
"""What an item must be for a button to make sense."""


class Outcome(StrEnum):
    """What came of a tap in an editor."""

    DONE = "done"
    PARTLY = "partly"
    """What the person saw is approved; something that they did not see is not."""
    ALREADY = "already"
    """It was so before: a second tap, or another lead was quicker."""
    CHANGED = "changed"
    """Somebody changed what the button was about: it is only shown anew."""


def verdict(what: Edit, item: Item | None, *, number: int, seen: int, version: int) -> Outcome:
    """Return what a tap on an item may do if it was looked at in version `seen` of the agenda.

    A button does what it says, however long ago it was shown, unless its item was changed since. A
    step up or down means the order that was seen: it also fails if any other item moved.
    """
    if item is None:
        return Outcome.CHANGED
    if _RESULTS.get(what) is item.state or (what is Edit.MINUTES and item.minutes == number):
        return Outcome.ALREADY
    # What is left over was counted in the versions of another agenda.
    is_changed = item.version > seen and item.state is not ItemState.BACKLOG
    if what in {Edit.UP, Edit.DOWN}:
        is_changed = version != seen
    if item.state not in _STARTS[what] or (is_changed and what is not Edit.OPEN):
        return Outcome.CHANGED
    return Outcome.DONE
