"""Bringing an item, one question at a time: what, how long, who presents, on the record or not."""

from dataclasses import dataclass, replace

from bot.domain import agenda as rules
from bot.domain.agenda import Line
from bot.flows.flow import Choice, ChoiceWanted, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.models import Group
from bot.outbox import post
from bot.outbox.post import About
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import agenda

MINUTES = (5, 10, 20, 30)
"""What an item usually takes; any other number can be typed."""


@dataclass(frozen=True)
class NewItem:
    """What is known of an item so far."""

    title: str = ""
    minutes: int | None = None
    presenter: str | None = None
    """None: not asked yet; empty: nobody was named."""
    is_off_record: bool | None = None


def _ask_title(_item: NewItem, _scene: Scene) -> Screen:
    return Screen("agenda/ask_title.html")


def _take_title(item: NewItem, said: Said, _scene: Scene) -> NewItem:
    """Take what it is about; whoever writes the whole line is asked only what it leaves out."""
    assert not isinstance(said, Pick)
    line = rules.read_item(said.text, renderer().agenda_words)
    return replace(
        item,
        title=line.title,
        minutes=line.minutes,
        presenter=line.presenter or None,
        is_off_record=line.is_off_record or None,
    )


def _ask_minutes(item: NewItem, _scene: Scene) -> Screen:
    row = tuple(Choice(str(count), "minutes", {"count": count}) for count in MINUTES)
    return Screen("agenda/ask_minutes.html", {"title": item.title}, (row,))


def _take_minutes(item: NewItem, said: Said, _scene: Scene) -> NewItem:
    text = said.value if isinstance(said, Pick) else said.text
    return replace(item, minutes=rules.read_minutes(text, renderer().agenda_words))


def _ask_presenter(_item: NewItem, _scene: Scene) -> Screen:
    return Screen("agenda/ask_presenter.html")


def _take_presenter(item: NewItem, said: Said, _scene: Scene) -> NewItem:
    assert not isinstance(said, Pick)
    return replace(item, presenter=rules.checked(Line(item.title, presenter=said.text)).presenter)


def _ask_record(_item: NewItem, _scene: Scene) -> Screen:
    row = (Choice("yes", "record-yes"), Choice("no", "record-no"))
    return Screen("agenda/ask_record.html", rows=(row,))


def _take_record(item: NewItem, said: Said, _scene: Scene) -> NewItem:
    if isinstance(said, Pick):
        return replace(item, is_off_record=said.value == "no")
    if not rules.is_off_record(said.text, renderer().agenda_words):
        raise ChoiceWanted
    return replace(item, is_off_record=True)


async def _bring(talk: Talk, item: NewItem) -> None:
    """Put the item before the lead, and say how it was understood."""
    assert talk.scene.group is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    line = Line(item.title, item.minutes, item.presenter or "", bool(item.is_off_record))
    added = await agenda.add(talk.session, group, line, talk.actor, now=talk.now)
    await post.say(
        talk.session,
        talk.place,
        "agenda/added.html",
        {"item": added.item, "meeting": added.meeting, "is_correctable": False},
        now=talk.now,
        about=About(agenda.ITEM, added.item.id, 1, "added"),
        keyboard=keyboards.own_item(added.item.id),
        is_silent=True,
    )


@dataclass(frozen=True)
class Usual:
    """What is to stand on every agenda of a group, as far as it is known."""

    before: str
    """The template so far."""
    items: str | None = None
    """None: not said; then they stay as they are."""
    note: str | None = None
    """The line below; None: not asked yet, empty: none."""


def _ask_usual(usual: Usual, _scene: Scene) -> Screen:
    template = rules.read_template(usual.before, renderer().agenda_words)
    return Screen("agenda/ask_usual.html", {"lines": template.items})


def _take_usual(usual: Usual, said: Said, _scene: Scene) -> Usual:
    assert not isinstance(said, Pick)
    rules.read_template(said.text, renderer().agenda_words)
    return replace(usual, items=said.text)


def _ask_note(usual: Usual, _scene: Scene) -> Screen:
    template = rules.read_template(usual.before, renderer().agenda_words)
    row = (Choice("none", "note-none"),)
    return Screen("agenda/ask_note.html", {"note": template.note}, (row,) if template.note else ())


def _take_note(usual: Usual, said: Said, _scene: Scene) -> Usual:
    if isinstance(said, Pick):
        return replace(usual, note="")
    note = " ".join(said.text.replace(";", ",").split())
    rules.read_template(f": {note}", renderer().agenda_words)
    return replace(usual, note=note)


async def _set_usual(talk: Talk, usual: Usual) -> None:
    """Say what stands on every agenda from the next one on; what was left out stays."""
    assert talk.scene.group is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    said = rules.template_of(usual.before, renderer().agenda_words, usual.items, usual.note)
    template = await agenda.set_template(talk.session, group, said, talk.actor)
    await post.say(
        talk.session,
        talk.place,
        "agenda/template.html",
        {"lines": template.items, "note": template.note},
        now=talk.now,
        is_silent=True,
    )


USUAL = Flow(
    name="usual-agenda",
    version=1,
    state=Usual,
    steps=(
        Step("items", _ask_usual, _take_usual, skip=lambda usual: usual),
        Step("note", _ask_note, _take_note, skip=lambda usual: usual),
    ),
    finish=_set_usual,
    command="agenda",
)


ADD = Flow(
    name="additem",
    version=1,
    state=NewItem,
    steps=(
        Step("title", _ask_title, _take_title),
        Step(
            "minutes",
            _ask_minutes,
            _take_minutes,
            applies=lambda item: item.minutes is None,
            skip=lambda item: replace(item, minutes=rules.DEFAULT_MINUTES),
        ),
        Step(
            "presenter",
            _ask_presenter,
            _take_presenter,
            applies=lambda item: item.presenter is None,
            skip=lambda item: replace(item, presenter=""),
        ),
        Step(
            "record",
            _ask_record,
            _take_record,
            applies=lambda item: item.is_off_record is None,
            skip=lambda item: replace(item, is_off_record=False),
        ),
    ),
    finish=_bring,
    command="additem",
)
