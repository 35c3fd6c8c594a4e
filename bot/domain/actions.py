"""An action as people say it: who does what, until when, and to which stream of work it belongs."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain import names, notebook, organisations
from bot.domain.dates import DayWord, PhrasesBy, read_deadline
from bot.domain.dates.tokens import phrase
from bot.domain.notebook import TEXT_LIMIT
from bot.errors import BotError

OWNER_LIMIT = 60
"""Characters of a name that nobody known bears."""
NAMES_LIMIT = 200
"""Characters of the names of all who do something together."""
STREAM_LIMIT = 40
TIMELINE_LIMIT = 60
"""Characters of a time in words: "before the long rains"."""
CHOICES = 6
"""Of how many people it is asked who is meant: a phone's screen of buttons."""
_ANSWER_LIMIT = 6
"""Words beyond which what is said under an action is talk, and no name."""
_NAME_WORDS = 4

_STREAM = re.compile(rf"(?<!\S)#(?=[^\W\d_]|\d*[-_]?[^\W\d_])([\w-]{{1,{STREAM_LIMIT}}})(?!\w)")
_SEPARATED = re.compile(r"\s*[,;(]\s*|\s+[-\u2013\u2014]\s+")
_JOINED = re.compile(r"([&+/])")
_COMMA = re.compile(r"([,;])")
_COLON = re.compile(r"\s*:\s+|\s+[-\u2013\u2014]\s+")
_I_WILL = re.compile(r"^I['\u2019\u2018\u02bc`](?:ll|m going to)(?= )", re.IGNORECASE)
# In Swahili it is how a verb begins, which no list of words can have: "nitatuma", I will send.
_WILL_VERB = re.compile(r"nita[a-z]{3,}(?= +\w)", re.IGNORECASE)
_TRIMMED = " ,;:.-\u2013\u2014"


class Word(StrEnum):
    """What a word around an action may mean."""

    DOES = "does"
    """Between who does it and what: Amina "to" repair it."""
    OF = "of"
    """Between a person and their organisation: Amina "of" Maji Bora."""
    OWNER = "owner"
    """Before who does it, behind what: repair it, "owner" Amina."""
    AND = "and"
    """One word between two who do something together: Amina "and" Peter."""
    ME = "me"
    """Whoever speaks: "me", "I"."""
    NO = "no"
    """Before a correction: "no", Peter."""
    WHEN = "when"
    """Before a time that is no day: "after" the rains, "during" the dry season."""
    UNDO = "undo"
    """Alone: "undo"."""
    LIST = "list"
    """Above a list, and said with the command already: "actions:", "we agreed:"."""


Words = PhrasesBy
"""The phrases of every language for each `Word` and each `DayWord`, folded."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who can do something: a person, or an organisation as a whole."""

    name: str
    member_id: int | None = None
    organisation: str = ""
    """The person's; of an organisation it is the name itself."""
    organisation_id: int | None = None


@dataclass(frozen=True)
class Around:
    """Who may be named in the words of a group."""

    candidates: tuple[Candidate, ...] = ()
    mentions: Mapping[str, int | None] = field(default_factory=dict)
    """What was written as a mention: the member whom it links to, None for a user name."""
    speaker: int | None = None
    """The member who says "I"; None: nobody of the group."""
    next_meeting: date | None = None
    """When the group meets next; None: it has planned nothing."""


@dataclass(frozen=True)
class Reading:
    """An action as it was understood."""

    text: str
    """What is to be done: the words without those that say who, until when and where it belongs."""
    owners: tuple[Candidate, ...] = ()
    """Whom the words mean; several: it has to be asked."""
    owner_said: str = ""
    """The name as it was said, if it means nobody for sure."""
    due: date | None = None
    unclear: str = ""
    """What was said of a day that cannot be told, or is over."""
    stream: str = ""
    is_shared: bool = False
    """Whether all of them were named, and not one of them meant: who answers for it is asked."""
    bare: str = ""
    """Where several are named in front of, or behind, what is to be done: the words without."""

    @property
    def owner(self) -> Candidate | None:
        """Return who does it, if that is sure."""
        return self.owners[0] if len(self.owners) == 1 and not self.is_shared else None


class AmendmentUnclear(BotError):
    """What was said under an action is neither a name nor a day nor a stream."""


def read(
    text: str, around: Around, words: Words, *, now: datetime, languages: Sequence[str]
) -> Reading:
    """Read `Amina: repair Griftu borehole by Friday #water`.

    Who does it stands first ("Amina:", "Maji Bora to send …"), last ("…, Amina"), or is mentioned.
    Whom a name means is never guessed between two. `now` is the wall time of the group.
    """
    text, stream = _without_stream(text)
    deadline = read_deadline(
        text, now=now, languages=languages, words=words, next_meeting=around.next_meeting
    )
    said, rest = _owner(deadline.rest, around, words)
    reading = Reading(rest.strip(), due=deadline.day, unclear=deadline.unclear, stream=stream)
    if not said:
        return reading
    reading = _given_to(reading, said, around, words)
    if reading.is_shared and rest:
        # Of several one will answer for it; the words name them all.
        return replace(reading, text=deadline.rest.strip(), bare=rest.strip())
    return reading


def separate(
    text: str, around: Around, words: Words, *, now: datetime, languages: Sequence[str]
) -> list[str]:
    """Return the actions in a text: lines each of which says who does it, or the points of a list.

    "Amina:" above a list is who does all of it.
    """
    lines = [one for line in text.splitlines() for one in notebook.entries(line)]
    if len(lines) > 1 and all(
        read(line, around, words, now=now, languages=languages).owners for line in lines
    ):
        return lines
    return notebook.entries(text, announcing=words[Word.LIST])


def of_others(
    text: str, around: Around, words: Words, *, now: datetime, languages: Sequence[str]
) -> Reading:
    """Read what somebody else said: the same, but their words stay as they are."""
    return replace(read(text, around, words, now=now, languages=languages), text=text.strip())


def amend(
    text: str,
    around: Around,
    words: Words,
    *,
    now: datetime,
    languages: Sequence[str],
    is_known: bool = False,
) -> Reading:
    """Read what is said under an action that was written down: `Friday`, `Peter`, `no, by 12 Dec`.

    A name that nobody here bears counts as well, unless it has to be known (`is_known`).

    Raises:
        AmendmentUnclear: it says neither who nor until when.
    """
    text, stream = _without_stream(text)
    deadline = read_deadline(
        _after(text, words[Word.NO]),
        now=now,
        languages=languages,
        words=words,
        next_meeting=around.next_meeting,
        is_alone=True,
    )
    said = deadline.rest.strip(_TRIMMED)
    if deadline.unclear and said == text.strip(_TRIMMED):
        said = ""
    reading = Reading("", due=deadline.day, unclear=deadline.unclear, stream=stream)
    if said:
        reading = _given_to(reading, said, around, words)
        is_name = _is_name(said) or reading.is_shared
        if not (reading.owners or (is_name and not is_known)):
            raise AmendmentUnclear
    elif not (reading.due or reading.unclear or reading.stream):
        raise AmendmentUnclear
    return reading


def together(own: Reading, theirs: Reading) -> Reading:
    """Return what somebody else said, with what was said beside it of who and until when."""
    is_named = own.owners or own.owner_said
    is_dated = own.due or own.unclear
    who, when = own if is_named else theirs, own if is_dated else theirs
    return Reading(
        theirs.text,
        who.owners,
        who.owner_said,
        when.due,
        when.unclear,
        own.stream or theirs.stream,
        is_shared=who.is_shared,
    )


def all_of(said: str, around: Around, words: Words) -> tuple[Candidate, ...]:
    """Return who do something together, if each of them is known for sure: "Amina and Peter"."""
    each = [candidates(part, around, words, is_sure=True) for part in _parts(said, words)[0]]
    are_known = all(len(found) == 1 for found in each)
    return tuple(dict.fromkeys(found[0] for found in each)) if are_known else ()


def without_unclear(text: str, words: Words, *, now: datetime, languages: Sequence[str]) -> str:
    """Return what is to be done without a day that is over, once another one was said."""
    said = read_deadline(text, now=now, languages=languages, words=words).unclear
    before, found, after = text.rpartition(said) if said else ("", "", "")
    parts = before.split()
    for length in range(min(len(parts), 4), 0, -1):
        if _words(" ".join(parts[-length:])) in words[DayWord.UNTIL]:
            parts = parts[:-length]
            break
    if parts and after.strip()[:1] in tuple(_TRIMMED.strip()):
        parts[-1] = parts[-1].rstrip(_TRIMMED)
        after = f"{parts.pop()}{after.strip()}"
    left = " ".join((*parts, after.strip())).strip(_TRIMMED)
    return left if found and left else text


def with_names(text: str, said: str) -> str:
    """Return what is to be done with all who do it, of whom one will answer for it."""
    named = f"{text} ({said})"
    return text if said in text or len(named) > TEXT_LIMIT else named


def timeline(text: str, words: Words) -> str:
    """Return the time that words say without a day, `before the long rains`; empty: they do not."""
    times = {*words[DayWord.UNTIL], *words[Word.WHEN]}
    said = text.strip(_TRIMMED + "()")
    rest = _after(said, times)
    # "Send it, by email" says how.
    is_how = _words(said.split(" ")[0]) in words[Word.OWNER] and " " not in rest
    if is_how or rest == said or not any(map(str.isalpha, rest)) or len(said) > TIMELINE_LIMIT:
        return ""
    # "By before the long rains": one word says it.
    return rest if _after(rest, times) != rest else said


def with_timeline(text: str, words: Words) -> tuple[str, str]:
    """Return what is to be done, and the time said behind a comma: `train them, before the rains`.

    The time is empty where none is said so.
    """
    marks = list(_SEPARATED.finditer(text))
    said = timeline(text[marks[-1].end() :], words) if marks else ""
    before = text[: marks[-1].start()].strip() if said else ""
    return (before, said) if before else (text, "")


def with_support(text: str, labels: Sequence[str]) -> tuple[str, str]:
    """Return what is to be done, and what it requires: `dig a well, support: a drill rig`.

    The support is empty where none is said so; `labels` are the words for it.
    """
    known = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    found = re.search(
        rf"(?:[,;.(\u2013\u2014-]|\n)\s*(?:{known})\s*:\s*(\S.*)$", text, re.IGNORECASE | re.DOTALL
    )
    before = text[: found.start()].strip(_TRIMMED) if found else ""
    if found is None or not before:
        return text, ""
    said = found[1].strip(_TRIMMED)
    return before, said if "(" in said else said.rstrip(")")


def is_talk(text: str) -> bool:
    """Tell whether a reply to an action is meant for people, not for its record."""
    return "?" in text or len(text.split()) > _ANSWER_LIMIT


def is_undo(text: str, words: Words) -> bool:
    """Tell whether somebody takes back what they wrote down, and says no more than that."""
    return _words(text) in words[Word.UNDO]


def named(
    said: str, around: Around, words: Words, *, is_sure: bool = False
) -> tuple[tuple[Candidate, ...], bool]:
    """Return whom words may mean, and whether they name several: "Amina and Peter", "A, B".

    Somebody whom nobody here knows may be among several, where a word joins them. With `is_sure`
    one of them at least is known; see `candidates`.
    """
    parts, is_joined = _parts(said, words)
    whole = candidates(said, around, words, is_sure=is_sure)
    is_one_name = any(_words(one.name) == _words(said) for one in whole)
    if len(parts) == 1 or is_one_name or (whole and not is_joined):
        return whole, False
    each = [candidates(part, around, words, is_sure=True) for part in parts]
    are_names = all(found or _is_name(part) for found, part in zip(each, parts, strict=True))
    are_mentions = all(part.startswith("@") for part in parts)
    if not (all(each) or (is_joined and are_names and (any(each) or are_mentions or not is_sure))):
        return whole, False
    owners = tuple(dict.fromkeys(one for found in each for one in found))
    return owners, len(owners) > 1 or not all(each)


def _parts(said: str, words: Words) -> tuple[list[str], bool]:
    """Return the names in "Amina, Peter and Zawadi", and whether a word like "and" joins them."""
    found: list[list[str]] = [[]]
    is_joined = False
    for part in _COMMA.sub(r" \1 ", _JOINED.sub(r" \1 ", said)).split():
        joins = bool(_JOINED.fullmatch(part)) or _words(part) in words[Word.AND]
        is_joined = is_joined or joins
        if joins or _COMMA.fullmatch(part):
            found.append([])
        else:
            found[-1].append(part)
    return [" ".join(part) for part in found if part] or [said], is_joined


def candidates(
    said: str, around: Around, words: Words, *, is_sure: bool = False
) -> tuple[Candidate, ...]:
    """Return whom a name may mean; a full name, or a mention, means nobody else.

    With `is_sure` one word out of an organisation's name is none: "Water: who goes where" is about
    water, not for Water Partners.
    """
    folded = _words(_after(said, words[Word.OF]))
    for mention, member_id in around.mentions.items():
        if _words(mention) == folded and member_id is not None:
            return tuple(one for one in around.candidates if one.member_id == member_id)
    if folded in words[Word.ME] and around.speaker is not None:
        return tuple(one for one in around.candidates if one.member_id == around.speaker)
    if said.startswith("@"):
        # Of a user name, "@amina_h254", only whole words may be a name.
        folded = tuple(word for word in folded if word.isalpha() and len(word) > 1)
    if not folded:
        return ()
    exact = tuple(one for one in around.candidates if _words(one.name) == folded)
    return exact or (
        *_people(folded, around, words),
        *_organisations(folded, around, is_sure=is_sure),
    )


def _people(folded: tuple[str, ...], around: Around, words: Words) -> list[Candidate]:
    """Return the people who may be called so, also with their organisation behind the name."""
    links = {word for said in words[Word.OF] for word in said}
    wanted = set(folded) - links or set(folded)
    return [
        one
        for one in around.candidates
        if one.member_id is not None and wanted & set(_words(one.name)) and wanted <= _all(one)
    ]


def _organisations(folded: tuple[str, ...], around: Around, *, is_sure: bool) -> list[Candidate]:
    known = {one.organisation_id: one for one in around.candidates if one.member_id is None}
    said = " ".join(folded)
    found = organisations.near({key: one.name for key, one in known.items() if key}, said)
    return [
        known[key]
        for key in found
        if len(folded) > 1 or not is_sure or organisations.are_initials(said, known[key].name)
    ]


def _all(one: Candidate) -> set[str]:
    return {*_words(one.name), *_words(one.organisation)}


def _given_to(reading: Reading, said: str, around: Around, words: Words) -> Reading:
    found, is_shared = named(said, around, words)
    limit = NAMES_LIMIT if is_shared else OWNER_LIMIT
    is_sure = len(found) == 1 and not is_shared
    name = "" if is_sure else names.clean(said, fallback="", limit=limit)
    return replace(reading, owners=found, owner_said=name, is_shared=is_shared)


def _owner(text: str, around: Around, words: Words) -> tuple[str, str]:
    """Return who is named in `text`, as it was said, and the words without; empty: nobody."""
    for find in (_before_colon, _before_verb, _behind_by, _at_end):
        said, rest = find(text, around, words)
        if said:
            return said, rest
    # "Fix the borehole, Peter will do it": the words stay whole.
    for mark in _SEPARATED.finditer(text):
        if said := _before_verb(text[mark.end() :], around, words)[0]:
            return said, text
    mention, rest = _mentioned(text, around)
    said = "" if rest != text else _at_start(text, around, words)
    return (said, text) if said and not _JOINED.search(mention) else (mention, rest)


def _means(said: str, around: Around, words: Words) -> bool:
    is_mention = any(_words(mention) == _words(said) for mention in around.mentions)
    return is_mention or any(named(said, around, words, is_sure=True))


def _before_colon(text: str, around: Around, words: Words) -> tuple[str, str]:
    """Find "Amina: repair it"."""
    head, *rest = _COLON.split(text, maxsplit=1)
    return (head.strip(), rest[0]) if rest and _means(head, around, words) else ("", text)


def _before_verb(text: str, around: Around, words: Words) -> tuple[str, str]:
    """Find "Maji Bora to send the list", "I'll send it", and "Amina, repair it"."""
    parts = _I_WILL.sub("I will", text).split()
    for length in range(min(len(parts) - 1, 2 * _NAME_WORDS), 0, -1):
        head, tail = " ".join(parts[:length]), " ".join(parts[length:])
        rest = _after(tail, words[Word.DOES])
        if (rest != tail or head.endswith(",")) and _means(head.strip(_TRIMMED), around, words):
            return head.strip(_TRIMMED), rest
    return "", text


def _behind_by(text: str, around: Around, words: Words) -> tuple[str, str]:
    """Find "repair it by Amina", and "repair it, owner Maji Bora"."""
    parts = text.split()
    for at in range(max(2, len(parts) - 2 * _NAME_WORDS), len(parts)):
        said = " ".join(parts[at:]).strip(_TRIMMED)
        is_behind = _words(parts[at - 1]) in words[Word.OWNER]
        if is_behind and said and _means(said, around, words):
            return said, " ".join(parts[: at - 1]).rstrip(_TRIMMED)
    return "", text


def _at_end(text: str, around: Around, words: Words) -> tuple[str, str]:
    """Find "repair it, Amina", "repair it, Amina, Peter", and what is nothing but a name."""
    bare = text.strip(_TRIMMED + "()")
    starts = [0, *(mark.end() for mark in _SEPARATED.finditer(bare))]
    for start in starts[-_NAME_WORDS:]:
        said = bare[start:]
        parts = _parts(said, words)[0]
        # "Visit Griftu, Buna and Peter" is not done by Griftu: here all have to be known.
        are_known = len(parts) == 1 or all(
            candidates(part, around, words, is_sure=True) for part in parts
        )
        if are_known and _means(said, around, words):
            return said, text[: text.rfind(said)].rstrip(_TRIMMED + "(") if start else ""
    return "", text


def _at_start(text: str, around: Around, words: Words) -> str:
    """Find "Maji Bora repairs it": how the sentence goes on is theirs, so it stays whole.

    One word of an organisation's name is too little: "water trucks" are nobody.
    """
    parts = text.split()
    is_me = bool(parts) and _words(parts[0]) in words[Word.ME]
    if (is_me or _promises(text, words)) and around.speaker is not None:
        return parts[0] if is_me else " ".join(min(words[Word.ME]))
    for length in range(min(len(parts), 2 * _NAME_WORDS), 1, -1):
        several = " ".join(parts[:length]).strip(_TRIMMED)
        first = _parts(several, words)[0][0]
        if (
            candidates(first, around, words, is_sure=True)
            and named(several, around, words, is_sure=True)[1]
        ):
            return several
    for length in range(min(len(parts), _NAME_WORDS), 0, -1):
        said = _words(" ".join(parts[:length]))
        for one in around.candidates:
            known = _words(one.name)
            is_enough = length > 1 or known == said or one.member_id is not None
            if said and known[: len(said)] == said and is_enough and parts[0][0].isupper():
                return " ".join(parts[:length])
    return ""


def _promises(text: str, words: Words) -> bool:
    """Tell whether somebody says in one word that they will do it: "nitatuma orodha".

    "Nitasha to send it" is about somebody whom nobody here knows.
    """
    found = _WILL_VERB.match(text)
    rest = text[found.end() :].strip() if found else ""
    return bool(rest) and _after(rest, words[Word.DOES]) == rest


def _mentioned(text: str, around: Around) -> tuple[str, str]:
    """Find who is mentioned anywhere."""
    found = [mention for mention in around.mentions if mention in text]
    if len(found) != 1:
        return " & ".join(found), text
    rest = text.removeprefix(found[0]).strip() if text.startswith(found[0]) else text
    return found[0], rest


def _is_name(said: str) -> bool:
    """Tell whether words look like the name of somebody whom nobody here knows."""
    parts = said.split()
    is_titled = all(part[0] == "@" or not part[0].islower() for part in parts)
    return len(parts) <= _NAME_WORDS and is_titled and any(map(str.isalpha, said))


def _without_stream(text: str) -> tuple[str, str]:
    found = _STREAM.search(text)
    if found is None:
        return text, ""
    rest = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}"
    return rest.strip(), found[1]


def _after(text: str, phrases: Collection[tuple[str, ...]]) -> str:
    """Return a text without the longest of these phrases at its start."""
    parts = text.split()
    for length in range(min(len(parts), max(map(len, phrases), default=0)), 0, -1):
        if _words(" ".join(parts[:length])) in phrases:
            return " ".join(parts[length:])
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in phrase(text) if any(map(str.isalnum, word)))
