r"""The engine of conversations: load, step, save.

    /meeting alone -> begin -- question --> answer (typed, or a tap) -- next question --> ... finish
                                   \-- back · skip · stop · start anew · a language is changed

A conversation is a row (`bot.models.conversations`), changed in the transaction of the update that
answers it: it survives a restart, and any program on the database can go on with it. Nobody else
works on it meanwhile: the intake holds the lock of the person in that chat. The question that is
open is the newest live message about it. A tap turns that message into the next question; typed
words get theirs in a new message below, where the person is looking.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlmodel import col

from bot.domain.attendance import Answer
from bot.domain.roles import AnonymousAdmin, NotAllowed, StrangerHere
from bot.domain.taps import Verb, tap
from bot.errors import BotError
from bot.flows import FLOWS
from bot.flows.flow import (
    AnswerNeeded,
    AnswerRefused,
    Choice,
    ChoiceWanted,
    Flow,
    NotYourQuestion,
    Pick,
    PictureWanted,
    QuestionOver,
    Said,
    Screen,
    Standing,
    Step,
    Talk,
    Words,
    WordsWanted,
    answered,
    back,
    opening,
    pictured,
    skipped,
)
from bot.models import NO_THREAD, Conversation, Group, OutboxMessage
from bot.outbox import post
from bot.outbox.post import About
from bot.rendering.answers import called, fold
from bot.rendering.keyboards.button import Button, Keyboard
from bot.rendering.messages import renderer

S = TypeVar("S")

CONVERSATION = "conversation"
"""The subject of messages that ask a question."""
QUESTION = "flows/question.html"
A_WEEK = timedelta(days=7)
"""How far ahead the day of an example lies."""


class Control(StrEnum):
    """What can be said to every question, besides an answer."""

    BACK = "back"
    SKIP = "skip"
    STOP = "stop"
    ANEW = "anew"


_SIGNS = {Control.BACK: "<", Control.SKIP: ">", Control.STOP: "x", Control.ANEW: "!"}
"""What the buttons carry; no value of a choice is one of these."""
_MEANT = {sign: control for control, sign in _SIGNS.items()}


class Note(StrEnum):
    """Why a question is put once more."""

    RESUMED = "resumed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class _Open:
    """An open conversation: its row, what the row means, and with whom it is held."""

    row: Conversation
    flow: Flow[Any]
    at: Standing[Any]
    talk: Talk
    """As it was handed in, but in the group that the conversation is about."""

    @property
    def step(self) -> Step[Any]:
        """Return the step whose question is open."""
        assert self.at.step is not None
        return self.at.step

    @property
    def screen(self) -> Screen:
        """Return the question."""
        return self.step.ask(self.at.state, self.talk.scene)


async def begin(talk: Talk, flow: Flow[S], state: S, *, is_anew: bool = False) -> None:
    """Ask the first question of `flow` that `state` leaves open; without one, finish at once.

    Who was asked the same before, and has not finished, goes on where they stopped, unless it
    begins anew. Who is in the middle of another conversation here is asked to end that first.
    """
    row, found = await _here(talk)
    if row is not None and found is not None and found.flow is flow and is_anew:
        await _close(talk, row, "stopped", flow.command)
        row = found = None
    if found is not None:
        note = Note.RESUMED if found.flow is flow else Note.INTERRUPTED
        await _ask(found, note=note, wanted=flow.command)
        return
    at = opening(flow, state)
    if at.step is None:
        await flow.finish(talk, state)
        return
    if row is not None:
        await _close(talk, row, "expired", _command(row))
    row = Conversation(
        id=secrets.randbits(48),
        chat_id=talk.place.chat_id,
        thread_id=talk.place.thread_id or NO_THREAD,
        person_id=talk.actor.telegram_id,
        group_id=talk.scene.group.id if talk.scene.group else None,
        flow=flow.name,
        flow_version=flow.version,
        step=at.step.name,
        state=_dumped(flow, state),
        beginning=_dumped(flow, state),
        expires_at=talk.now + flow.lives,
    )
    talk.session.add(row)
    await talk.session.flush()
    await _ask(_Open(row, flow, at, talk))


async def hear(
    talk: Talk,
    text: str,
    *,
    message_id: int | None = None,
    picture: str = "",
    album: str | None = None,
) -> bool:
    """Take what the person typed as the answer to their open question; False if there is none.

    `picture` is Telegram's name of what they sent instead, and `album` what it has in common with
    others.

    Raises:
        QuestionOver: it waited for too long.
        AnswerRefused: the answer cannot be meant; the question stands.
        NotAllowed, StrangerHere: the answers may not have any effect.
    """
    row, found = await _here(talk)
    if row is None:
        return False
    if found is None:
        raise QuestionOver(command=_command(row))
    if await _is_moot(found):
        return True
    is_one_more = album is not None and album == found.row.album
    found.row.answered_by, found.row.album = message_id, album
    control = _control_in(text)
    at = pictured(found.flow, found.at, picture) if picture else None
    if at is not None:
        # Of an album each picture is a message; the question that follows the first, below them
        # all, says it of them all.
        is_below = is_one_more or await _is_yet_to_come(found)
        await _go_on(found, at, is_typed=not is_below)
    elif control is not None:
        await _steer(found, control, is_typed=True)
    else:
        await _take_typed(found, text)
    return True


async def correct(talk: Talk, text: str, *, message_id: int) -> bool:
    """Take the correction of the last typed answer; False if it corrects nothing that is open."""
    _, found = await _here(talk)
    if found is None or found.row.answered_by != message_id or not found.at.trail:
        return False
    await _take_typed(replace(found, at=back(found.flow, found.at)), text)
    return True


async def ask_again(talk: Talk, reason: BotError) -> bool:
    """Put the open question once more, and say why; False if there is none any more."""
    _, found = await _here(talk)
    if found is None:
        return False
    await _ask(found, refusal=reason)
    return True


async def tapped(talk: Talk, conversation_id: int, version: int, value: str) -> None:
    """Take a tap on an answer, or on back, skip, stop or start anew.

    Raises:
        NotYourQuestion: the question was put to somebody else.
        QuestionOver: it was answered before, given up, or left for too long.
        BotError: the answer cannot be meant; the question stands.
    """
    row = await talk.session.get(Conversation, conversation_id)
    if row is None or row.chat_id != talk.place.chat_id:
        raise QuestionOver
    if row.person_id != talk.actor.telegram_id:
        raise NotYourQuestion
    _, found = await _here(talk)
    if found is None:
        raise QuestionOver(command=_command(row))
    if not found.row.asked_since <= version <= found.row.version:
        raise QuestionOver
    if await _is_moot(found):
        return
    if value in _MEANT:
        await _steer(found, _MEANT[value], is_typed=False)
        return
    if value not in {choice.value for choice in found.screen.choices}:
        raise QuestionOver
    await _take(found, Pick(value), is_typed=False)


async def is_in(talk: Talk, command: str) -> bool:
    """Tell whether the person is asked something here that `command` began."""
    _, found = await _here(talk)
    return found is not None and found.flow.command == command


async def stop(talk: Talk) -> bool:
    """Give the open conversation up; False if there is none, or it waited for too long."""
    row, found = await _here(talk)
    if row is None:
        return False
    await _close(talk, row, "stopped" if found else "expired", _command(row))
    if found is not None:
        await _give_up(found)
    return found is not None


async def overtake(talk: Talk, command: str) -> None:
    """End the open conversation that `command` began: its line says everything at once."""
    row, found = await _here(talk)
    if row is not None and found is not None and found.flow.command == command:
        await _close(talk, row, "done" if found.flow.is_one_line else "stopped", command)


async def show_again(talk: Talk) -> None:
    """Put the person's open questions, in whichever chats, in the language they speak now."""
    mine = select(col(Conversation.chat_id), col(Conversation.thread_id)).where(
        col(Conversation.person_id) == talk.actor.telegram_id
    )
    for chat_id, thread_id in (await talk.session.execute(mine)).all():
        topic = None if thread_id == NO_THREAD else thread_id
        place = replace(talk.place, chat_id=chat_id, thread_id=topic, reply_to=None)
        _, found = await _here(replace(talk, place=place))
        if found is not None:
            await _ask(found, is_in_place=True)


async def _is_yet_to_come(found: _Open) -> bool:
    """Tell whether the open question was not said yet: it will stand below what came before it."""
    asked = await post.live_messages(found.talk.session, CONVERSATION, found.row.id)
    return bool(asked) and asked[-1].message_id is None


async def _is_moot(found: _Open) -> bool:
    """End a conversation about what somebody else has settled meanwhile, and say so."""
    talk, flow = found.talk, found.flow
    template = await flow.moot(talk, found.at.state) if flow.moot else ""
    if not template:
        return False
    await _close(talk, found.row, None, flow.command)
    await post.say(talk.session, talk.place, template, now=talk.now, is_silent=True)
    return True


async def _give_up(found: _Open) -> None:
    if found.flow.given_up is not None:
        await found.flow.given_up(found.talk, found.at.state)


def _command(row: Conversation) -> str:
    """Return the command that began a conversation; empty if this program has none for it."""
    flow = FLOWS.get(row.flow)
    return flow.command if flow else ""


async def _here(talk: Talk) -> tuple[Conversation | None, _Open | None]:
    """Return the row of the person's conversation in this chat and topic, and what it means.

    It means nothing any more when it waited for too long, or was stored by a program that asked
    other questions.
    """
    rows = await talk.session.execute(
        select(Conversation)
        .where(
            col(Conversation.chat_id) == talk.place.chat_id,
            col(Conversation.thread_id) == (talk.place.thread_id or NO_THREAD),
            col(Conversation.person_id) == talk.actor.telegram_id,
        )
        .with_for_update()
    )
    row = rows.scalar_one_or_none()
    if row is None:
        return None, None
    flow = FLOWS.get(row.flow)
    at = _standing(flow, row) if flow else None
    if flow is None or at is None or talk.now >= row.expires_at:
        return row, None
    if row.group_id is not None:
        group = (await talk.session.get_one(Group, row.group_id)).facts()
        talk = replace(talk, scene=talk.scene.in_group(group))
    return row, _Open(row, flow, at, talk)


def _standing(flow: Flow[Any], row: Conversation) -> Standing[Any] | None:
    step = flow.step(row.step)
    if step is None or row.flow_version != flow.version:
        return None
    try:
        state = TypeAdapter(flow.state).validate_python(row.state)
    except ValidationError:
        return None
    return Standing(state, step, tuple(row.trail))


async def _take_typed(found: _Open, text: str) -> None:
    try:
        if not text.strip():
            step = found.at.step
            raise PictureWanted if step is not None and step.picture else WordsWanted
        await _take(found, _meaning(found.screen, text), is_typed=True)
    except (NotAllowed, StrangerHere, AnonymousAdmin):
        # Another answer would not help.
        raise
    except BotError as error:
        raise AnswerRefused(reason=error) from error


async def _take(found: _Open, said: Said, *, is_typed: bool) -> None:
    at = answered(found.flow, found.at, said, found.talk.scene)
    if found.step.look is not None:
        at = replace(at, state=await found.step.look(found.talk, at.state))
    await _go_on(found, at, is_typed=is_typed)


async def _steer(found: _Open, control: Control, *, is_typed: bool) -> None:
    if control is Control.STOP:
        await _close(found.talk, found.row, "stopped", found.flow.command)
        await _give_up(found)
        return
    if control is Control.SKIP and found.step.skip is None:
        raise AnswerRefused(reason=AnswerNeeded())
    if control is Control.ANEW:
        beginning = TypeAdapter(found.flow.state).validate_python(found.row.beginning)
        at = opening(found.flow, beginning)
    else:
        at = (back if control is Control.BACK else skipped)(found.flow, found.at)
    await _go_on(found, at, is_typed=is_typed)


async def _go_on(found: _Open, at: Standing[Any], *, is_typed: bool) -> None:
    """Store where the conversation stands now, and ask on; after the last answer, finish."""
    row, talk = found.row, found.talk
    if at.step is None:
        # Typed words stand below the question they answer; a tap leaves no trace but this.
        await _close(talk, row, None if is_typed else "done", found.flow.command)
        await found.flow.finish(talk, at.state)
        return
    row.version += 1
    if at.step.name != row.step:
        row.asked_since = row.version
    row.step, row.trail = at.step.name, list(at.trail)
    row.state = _dumped(found.flow, at.state)
    row.expires_at = talk.now + found.flow.lives
    talk.session.add(row)
    await talk.session.flush()
    await _ask(replace(found, at=at), is_in_place=not is_typed)


async def _ask(
    found: _Open,
    *,
    note: Note | None = None,
    wanted: str = "",
    refusal: BotError | None = None,
    is_in_place: bool = False,
) -> None:
    """Show the open question: in the message that shows the one before it, or in a new one."""
    talk, row, screen = found.talk, found.row, found.screen
    facts = {
        "question": screen.template,
        "note": note,
        "wanted": wanted,
        "refusal": _explained(refusal, talk) if refusal else "",
        # In a group the bot reads only replies to its messages (privacy mode).
        "is_reply_needed": not screen.is_closed and talk.place.chat_id < 0,
        **screen.facts,
    }
    keyboard = _keyboard(found, screen, has_begun=note is Note.RESUMED)
    before = await post.live_messages(talk.session, CONVERSATION, row.id)
    if is_in_place and before:
        languages = talk.place.languages
        await post.revise(
            talk.session,
            before[-1],
            text=renderer().post(QUESTION, languages=languages, **facts),
            keyboard=post.buttons(keyboard, languages),
            now=talk.now,
            expires_at=row.expires_at,
        )
        return
    await _silence(talk, before)
    await post.say(
        talk.session,
        talk.place,
        QUESTION,
        facts,
        now=talk.now,
        about=About(CONVERSATION, row.id, row.version, found.step.name),
        keyboard=keyboard,
        expires_at=row.expires_at,
        is_live=True,
        is_silent=True,
    )


def _explained(refusal: BotError, talk: Talk) -> str:
    """Say why an answer was refused; the example stands in the question itself."""
    facts = {"example": talk.scene.local_now.date() + A_WEEK, **refusal.facts()}
    return renderer().text(refusal.template, language=talk.scene.language, is_asked=True, **facts)


async def _close(talk: Talk, row: Conversation, how: str | None, command: str) -> None:
    """Forget a conversation; its last question says `how` it ended, or only loses its buttons."""
    questions = await post.live_messages(talk.session, CONVERSATION, row.id)
    await _silence(talk, questions)
    for last in questions[-1:] if how else ():
        text = renderer().post(f"flows/{how}.html", languages=talk.place.languages, command=command)
        await _rewrite(talk, last, text)
    await talk.session.delete(row)
    await talk.session.flush()


async def _silence(talk: Talk, questions: Iterable[OutboxMessage]) -> None:
    """Take the buttons away from questions that were answered."""
    for message in questions:
        await _rewrite(talk, message, message.text)


async def _rewrite(talk: Talk, question: OutboxMessage, text: str) -> None:
    until = talk.now + post.REPLIES_EXPIRE
    await post.revise(
        talk.session, question, text=text, keyboard=None, now=talk.now, expires_at=until
    )


def _keyboard(found: _Open, screen: Screen, *, has_begun: bool) -> Keyboard:
    """Return the answers offered, then the ways out: back, skip, stop."""
    row = found.row

    def button(choice: Choice) -> Button:
        return Button(choice.label, tap(Verb.FLOW, row.id, row.version, choice.value), choice.facts)

    answers = tuple(tuple(map(button, line)) for line in screen.rows)
    controls = [Control.BACK] if found.at.trail else []
    controls += [Control.SKIP] if found.step.skip else []
    controls += [Control.ANEW] if has_begun and found.at.trail else []
    controls += [Control.STOP]
    ways_out = (Choice(_SIGNS[control], f"flow-{control}") for control in controls)
    return (*answers, tuple(map(button, ways_out)))


def _control_in(text: str) -> Control | None:
    return next((control for control in Control if _is_said(control, text)), None)


def _is_said(name: str, text: str) -> bool:
    """Tell whether a text is one of the words of that name in `controls.txt`, in any language."""
    return fold(text) in {fold(word) for word in renderer().control_words(name)}


def _meaning(screen: Screen, text: str) -> Said:
    """Return which of the answers offered the words are, or the words themselves.

    Raises:
        ChoiceWanted: they are none of them, where nothing else is possible.
    """
    labels = [(choice.value, label) for choice in screen.choices for label in _labels(choice)]
    if named := called(text, labels):
        return Pick(named)
    for choice in screen.choices:
        if choice.words and _is_said(choice.words, text):
            return Pick(choice.value)
    offered = {choice.value for choice in screen.choices}
    yes_or_no = {Answer.COMING: "yes", Answer.CANNOT: "no"}.get(renderer().answer_in(text))  # type: ignore[arg-type] # an answer that is not understood is none of the two
    if yes_or_no in offered:
        return Pick(str(yes_or_no))
    if not screen.is_closed:
        return Words(text.strip())
    number = text.strip().rstrip(".)")
    if number.isdecimal() and 0 < int(number) <= len(screen.choices):
        return Pick(screen.choices[int(number) - 1].value)
    if named := called(text, labels, in_part=True):
        return Pick(named)
    raise ChoiceWanted


def _labels(choice: Choice) -> Sequence[str]:
    """Return what a choice is called in every language."""
    return [
        renderer().label(choice.label, languages=[language], **choice.facts)
        for language in renderer().catalogues.languages
    ]


def _dumped(flow: Flow[S], state: S) -> dict[str, Any]:
    dumped: dict[str, Any] = TypeAdapter(flow.state).dump_python(state, mode="json")
    return dumped
