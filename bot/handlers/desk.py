"""The desk at which one update is dealt with: its transaction, its time, and who sent it."""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import after_commit
from bot.domain.attendance import Answer
from bot.domain.groups import GroupAmbiguous, GroupMissing, GroupUnknown, TopicUnknown
from bot.domain.minutes import LastMinutesOut
from bot.domain.notebook import LATELY
from bot.domain.roles import Action, Actor, Scope, can, require
from bot.domain.sittings import NotOpen, SeveralOpen, SittingClosed
from bot.flows.flow import Scene, Talk
from bot.handlers.incoming import Incoming
from bot.models import Group, Meeting, MessageSubject
from bot.models.columns import stored_id
from bot.outbox import chats, post
from bot.outbox.directly import Call
from bot.outbox.post import About, Place
from bot.queries import groups, members, notebook, sittings
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import minutes, motions, questions, rolls
from bot.services.closing import TIME_TO_CLOSE
from bot.services.meeting_posts import MEETING
from bot.services.minutes_views import DRAFT, MINUTES
from bot.services.presence_lists import ROOM
from bot.services.sitting_posts import BOARD
from bot.toolbox import Toolbox

THURSDAY = 3
RECEIVED = {Answer.CANNOT: "👌"}
"""The reaction under a reply that was understood; 👍 under a no would look like joy."""
OF_A_MEETING = frozenset({BOARD, ROOM, TIME_TO_CLOSE})
"""What the bot says of one open meeting: a command in reply to it means that one."""


@dataclass(frozen=True)
class Confided:
    """A message with somebody's own words in it, which must stand in no row."""

    text: str
    """In Telegram's HTML."""
    buttons: dict[str, Any] | None = None
    """In the form of the Bot API."""


@dataclass
class Desk:
    """What a handler works with. One is laid for each update, inside its savepoint."""

    session: AsyncSession
    now: datetime
    toolbox: Toolbox
    is_handled: bool = False
    """Set by whichever handler looked at the update; without it nothing is acknowledged."""
    sender: Actor | None = None
    """Who sent the update, once somebody asked."""

    async def actor(self, incoming: Incoming) -> Actor:
        """Return who sent this, with their rights; looked up once an update."""
        if self.sender is None:
            self.sender = await members.actor(
                self.session,
                incoming.sender_id,
                name=incoming.sender_name,
                language=self.known_language(incoming.phone_language),
            )
        return self.sender

    async def group_for(self, incoming: Incoming, actor: Actor, action: Action) -> Group:
        """Return the group that a command is about, once it is sure that `actor` may do it.

        Raises:
            GroupUnknown, TopicUnknown: this is no group's chat, or no group's topic.
            GroupMissing, GroupAmbiguous: in private, no group or more than one may be meant.
            NotAllowed, StrangerHere, AnonymousAdmin: the person may not do this here.
        """
        if not incoming.is_private:
            group = await self.group_here(incoming)
            require(actor, action, Scope(group.coalition_id, group.id))
            return group
        found = await groups.where_allowed(self.session, actor, action)
        if incoming.group_id is not None:
            found = [group for group in found if group.id == incoming.group_id]
        if not found:
            await self._explain_missing(actor, action)
        if len(found) > 1:
            raise GroupAmbiguous(groups=[group.facts() for group in found])
        return found[0]

    async def open_meeting(
        self,
        incoming: Incoming,
        actor: Actor,
        action: Action,
        *,
        afterwards: Action | None = None,
    ) -> Meeting:
        """Return the open meeting that a command is about, once it is sure that `actor` may do it.

        With `afterwards`, whoever may do that finds the last one as well, until its minutes are
        out. In private that is the open meeting of a group in which they may; so whoever holds the
        only phone in a hall can do there what others do in the group. Of several that are open, a
        reply to what the bot said of one means that one.

        Raises:
            GroupUnknown, TopicUnknown, GroupMissing, GroupAmbiguous: as `group_for`.
            SeveralOpen: more than one is held in the group, and any of them may be meant.
            NotOpen: no meeting is held.
            LastMinutesOut: none is, and it is too late to do it `afterwards`.
            SittingClosed: the one that the person chose is over by now.
            NotAllowed, StrangerHere, AnonymousAdmin: the person may not do this here.
        """
        if not incoming.is_private:
            group = await self.group_here(incoming)
            held = await sittings.open_in(self.session, stored_id(group))
            found = [one for one in held if await self._may(actor, action, group, one)]
            if found:
                return await self._meant(incoming, found)
            scope = Scope(group.coalition_id, group.id)
            if held:
                scope = await sittings.scope(self.session, held[0], group)
            elif afterwards is not None:
                last = await self._still_drafted(group, actor, afterwards)
                if last is not None:
                    return last
            require(actor, action, scope)
            await self._check_not_out([group], afterwards)
            raise NotOpen
        return await self._open_meeting_of(incoming, actor, action, afterwards)

    async def may_in_meeting(self, incoming: Incoming, action: Action) -> bool:
        """Tell whether a meeting is open in private in which the person may do this."""
        actor = await self.actor(incoming)
        for group in await groups.where_allowed(self.session, actor, Action.SEE_MEETINGS):
            for meeting in await sittings.open_in(self.session, stored_id(group)):
                if await self._may(actor, action, group, meeting):
                    return True
        return False

    async def _may(self, actor: Actor, action: Action, group: Group, meeting: Meeting) -> bool:
        return can(actor, action, await sittings.scope(self.session, meeting, group))

    async def _meant(self, incoming: Incoming, found: Sequence[Meeting]) -> Meeting:
        """Return which of the open meetings of a group a command is about."""
        said = incoming.meeting_id
        if said is None and len(found) == 1:
            return found[0]
        if said is None and incoming.replies_to is not None:
            source = (incoming.chat_id, incoming.replies_to)
            subject = await self.session.get(MessageSubject, source)
            if subject is not None and subject.subject in OF_A_MEETING:
                said = subject.subject_id
        for meeting in found:
            if meeting.id == said:
                return meeting
        if incoming.meeting_id is not None:
            raise SittingClosed
        raise SeveralOpen(meetings=[meeting.facts() for meeting in found])

    async def meeting_replied_to(self, incoming: Incoming) -> int | None:
        """Return the number of the meeting about which the bot said what this replies to."""
        if incoming.replies_to is None:
            return None
        source = (incoming.chat_id, incoming.replies_to)
        subject = await self.session.get(MessageSubject, source)
        if subject is None or subject.subject not in {*OF_A_MEETING, MEETING, DRAFT, MINUTES}:
            return None
        return subject.subject_id

    async def _still_drafted(self, group: Group, actor: Actor, action: Action) -> Meeting | None:
        """Return the last meeting of a group in whose draft somebody may do this, if any."""
        since = self.now - LATELY
        for meeting in await notebook.still_drafted(self.session, stored_id(group), since):
            if can(actor, action, await sittings.scope(self.session, meeting, group)):
                return meeting
        return None

    async def _check_not_out(self, mine: Sequence[Group], afterwards: Action | None) -> None:
        """Say what takes the place of what can be done `afterwards`, where the minutes are out.

        Raises:
            LastMinutesOut: they are.
        """
        numbers, since = [stored_id(group) for group in mine], self.now - LATELY
        if afterwards and await notebook.has_published(self.session, numbers, since):
            raise LastMinutesOut

    async def _open_meeting_of(
        self, incoming: Incoming, actor: Actor, action: Action, afterwards: Action | None
    ) -> Meeting:
        mine = await groups.where_allowed(self.session, actor, Action.SEE_MEETINGS)
        if not mine:
            raise GroupMissing
        held = [
            (group, meeting)
            for group in mine
            for meeting in await sittings.open_in(self.session, stored_id(group))
        ]
        found = [one for one in held if await self._may(actor, action, *one)]
        if not found and afterwards is not None:
            drafted = [(one, await self._still_drafted(one, actor, afterwards)) for one in mine]
            found = [(group, meeting) for group, meeting in drafted if meeting is not None]
        if incoming.group_id is not None:
            found = [one for one in found if one[0].id == incoming.group_id]
        if incoming.meeting_id is not None:
            found = [one for one in found if one[1].id == incoming.meeting_id]
        if not found:
            if incoming.meeting_id is not None:
                raise SittingClosed
            for group, meeting in held[:1]:
                require(actor, action, await sittings.scope(self.session, meeting, group))
            await self._check_not_out(mine, afterwards)
            raise NotOpen
        concerned = {stored_id(group): group for group, _ in found}
        if len(concerned) > 1:
            raise GroupAmbiguous(groups=[group.facts() for group in concerned.values()])
        return await self._meant(incoming, [meeting for _, meeting in found])

    async def language(self, incoming: Incoming) -> str:
        """Return the language in which this one person is addressed here."""
        actor = await self.actor(incoming)
        if actor.language:
            return actor.language
        if not incoming.is_private:
            here = await groups.meant_in(self.session, incoming.chat_id, incoming.thread_id)
            for group in [here] if here else await groups.in_chat(self.session, incoming.chat_id):
                return group.languages[0]
        return renderer().catalogues.languages[0]

    async def reply(
        self,
        incoming: Incoming,
        template: str,
        *,
        about: About | None = None,
        keyboard: Keyboard | None = None,
        **facts: Any,
    ) -> None:
        """Answer the person who wrote, under their message, in their language."""
        place = await self.place(incoming)
        await post.say(
            self.session,
            place,
            template,
            facts,
            now=self.now,
            about=about,
            keyboard=keyboard,
            is_silent=True,
        )

    async def whisper(
        self,
        incoming: Incoming,
        template: str,
        keyboard: Keyboard | None = None,
        **facts: Any,
    ) -> None:
        """Answer the person in private, wherever they wrote: it is nothing for others to read."""
        actor = await self.actor(incoming)
        place = Place(actor.telegram_id, (await self.language(incoming),))
        await post.say(
            self.session, place, template, facts, now=self.now, keyboard=keyboard, is_silent=True
        )

    async def met(self, incoming: Incoming) -> None:
        """Note that somebody wrote in private: the bot may write to them from now on."""
        if await chats.met(self.session, incoming.chat_id):
            await questions.tell_place_now(self.session, incoming.chat_id, now=self.now)
            await rolls.ask_at_last(self.session, incoming.chat_id, now=self.now)
            await motions.ask_at_last(self.session, incoming.chat_id, now=self.now)
            await minutes.ask_at_last(self.session, incoming.chat_id, now=self.now)

    async def react(self, incoming: Incoming, emoji: str) -> None:
        """Show with a reaction that what a person wrote was understood."""
        if incoming.message_id is not None:
            await post.react(
                self.session,
                chat_id=incoming.chat_id,
                message_id=incoming.message_id,
                emoji=emoji,
                now=self.now,
            )

    async def place(self, incoming: Incoming) -> Place:
        """Return where an answer to this one person goes."""
        return Place(
            chat_id=incoming.chat_id,
            languages=(await self.language(incoming),),
            thread_id=incoming.thread_id,
            # In private there is nobody else whom the answer could be meant for.
            reply_to=None if incoming.is_private else incoming.message_id,
        )

    async def talk(self, incoming: Incoming, group: Group | None = None) -> Talk:
        """Return what a conversation with this person needs, about `group` if there is one."""
        actor, place = await self.actor(incoming), await self.place(incoming)
        known = renderer().catalogues.languages
        scene = Scene(
            now=self.now,
            language=place.languages[0],
            languages=tuple(dict.fromkeys((*place.languages, *known))),
        )
        if group is not None:
            scene = scene.in_group(group.facts())
        return Talk(self.session, self.now, actor, place, scene, incoming.bot)

    async def group_here(self, incoming: Incoming) -> Group:
        """Return the group that is meant in this chat, or topic, without asking who wrote.

        Raises:
            GroupUnknown: the chat is not set up for any group.
            TopicUnknown: several of its topics are, but not this one.
        """
        group = await groups.meant_in(self.session, incoming.chat_id, incoming.thread_id)
        if group is not None:
            return group
        others = await groups.in_chat(self.session, incoming.chat_id)
        if not others:
            raise GroupUnknown
        raise TopicUnknown(groups=[other.facts() for other in others])

    async def toast(self, incoming: Incoming, template: str | None = None, **facts: Any) -> None:
        """Answer a tap with a few words that vanish again, or with none."""
        if incoming.query_id is None:
            return
        text = None
        if template is not None:
            text = renderer().text(template, language=await self.language(incoming), **facts)
        self.answer_tap(incoming.query_id, text)

    def example_date(self) -> date:
        """Return a day for examples that work when they are typed: a Thursday that is ahead."""
        today = self.now.date()
        return today + timedelta(days=(THURSDAY - today.weekday()) % 7 or 7)

    def answer_tap(self, query_id: str, text: str | None = None, *, as_alert: bool = False) -> None:
        """End the waiting sign on the tapped button as soon as the effect is stored."""
        call = self.toolbox.api.answer_callback

        async def answer() -> None:
            self.toolbox.call_soon(call(query_id, text, as_alert=as_alert))

        after_commit(self.session, answer)

    def confide(self, incoming: Incoming, said: Sequence[Confided]) -> None:
        """Say something in private that leaves no row, once this update has had its effects.

        It cannot be copied, passed on or saved.
        """
        api, chat_id = self.toolbox.api, incoming.chat_id
        assert incoming.is_private

        async def send(one: Confided) -> None:
            await api.send_message(
                chat_id, one.text, keyboard=one.buttons, is_silent=True, is_protected=True
            )

        self._directly(chat_id, [partial(send, one) for one in said])

    def rewrite_confided(self, incoming: Incoming, said: Confided) -> None:
        """Change what the confided message says whose button was tapped."""
        api, chat_id, message_id = self.toolbox.api, incoming.chat_id, incoming.message_id
        assert incoming.is_private
        if message_id is None:
            return

        async def edit() -> None:
            await api.edit_message(chat_id, message_id, said.text, keyboard=said.buttons)

        self._directly(chat_id, [edit])

    def _directly(self, chat_id: int, calls: Sequence[Call]) -> None:
        directly = self.toolbox.directly

        async def call() -> None:
            for one in calls:
                await directly.call(chat_id, one)

        async def begin() -> None:
            # Not awaited here: a slow Telegram must not hold up the next update.
            self.toolbox.call_soon(call())

        after_commit(self.session, begin)

    def known_language(self, language: str | None) -> str | None:
        """Return `language` if there is a catalogue for it."""
        return language if language in renderer().catalogues.languages else None

    async def _explain_missing(self, actor: Actor, action: Action) -> None:
        mine = await groups.where_allowed(self.session, actor, Action.SEE_MEETINGS)
        if not mine:
            raise GroupMissing
        require(actor, action, Scope(mine[0].coalition_id, mine[0].id))


current: ContextVar[Desk] = ContextVar("desk")
"""The desk of the update that this task is dealing with; set by the intake."""
