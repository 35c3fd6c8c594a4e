"""Votes: /vote, the buttons under a motion, and the words of a reservation."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import agenda, decisions, organisations
from bot.domain.attendance import OrganisationUnknown
from bot.domain.dates import months_after, wall_time
from bot.domain.meetings import MeetingUnknown
from bot.domain.motions import (
    BALLOTS,
    Ballot,
    Choosing,
    MotionMissing,
    MotionOver,
    MotionState,
    MotionUnknown,
    PrivateChatMissing,
    VotedThemselves,
    Wording,
    read_motion,
    readings,
    split_but,
)
from bot.domain.organisations import OrganisationUnclear
from bot.domain.roles import Action, NotAllowed
from bot.handlers import commands, general
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, Meeting, Member, MessageSubject, Motion, Organisation
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import motions as queries
from bot.queries import rolls
from bot.rendering.keyboards import motions as keyboards
from bot.rendering.messages import renderer
from bot.services import motions
from bot.services.motions import RESERVATION, VOICE

SHORT = 8
"""Words in a reply to an open vote that are meant as one; whoever writes more talks."""


async def vote(desk: Desk, incoming: Incoming) -> None:
    """/vote — put words, or the message that it replies to, to the vote.

    Alone it brings the post of the open vote down again.
    """
    actor = await desk.actor(incoming)
    if not incoming.text and not incoming.is_edit and _quotes_nobody(incoming):
        await _brought_down(desk, incoming)
        return
    wording = _wording(incoming)
    source = (incoming.chat_id, incoming.message_id or 0)
    known = await queries.of_message(desk.session, *source) if incoming.is_edit else None
    if known is not None:
        await motions.correct(desk.session, stored_id(known), wording, actor, now=desk.now)
        return
    meeting = await desk.open_meeting(incoming, actor, Action.RUN_MEETING)
    asked_in = await desk.place(incoming) if incoming.is_private else None
    done = await motions.put(
        desk.session, stored_id(meeting), wording, source, actor, asked_in=asked_in, now=desk.now
    )
    if not done.is_new:
        await desk.reply(
            incoming,
            "motions/still_open.html",
            keyboard=keyboards.still_open(done.motion_id),
            text=done.text,
        )


def _wording(incoming: Incoming) -> Wording:
    words = renderer().control_words
    said = read_motion(
        incoming.text,
        consent=words("vote-consent"),
        majority=words("vote-majority"),
        ballots=[word for one in BALLOTS[Choosing.MAJORITY] for word in words(f"vote-{one}")],
    )
    if said.text:
        return said
    if incoming.quoted is None or _quotes_nobody(incoming):
        raise MotionMissing
    return Wording(incoming.quoted.text, said.choosing)


def _quotes_nobody(incoming: Incoming) -> bool:
    """Tell whether a command replies to no words; what the bot said is nobody's word."""
    return incoming.quoted is None or incoming.quoted.is_own or not incoming.quoted.text


async def _brought_down(desk: Desk, incoming: Incoming) -> None:
    """Post the open vote anew, where its leader looks for it; without one, ask for its words."""
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(incoming, actor, Action.RUN_MEETING)
    group = await desk.session.get_one(Group, meeting.group_id)
    place = await desk.place(incoming) if incoming.is_private else post.in_group(group.facts())
    meeting_id = stored_id(meeting)
    if not await motions.bring_down(desk.session, meeting_id, actor, place, now=desk.now):
        await commands.ask_words(desk, incoming, "vote", meeting_id)


async def voted(desk: Desk, incoming: Incoming, motion_id: int, ballot: Ballot) -> None:
    """[I agree], [With a reservation], [Yes], [No], [Abstain]."""
    actor = await desk.actor(incoming)
    cast = await motions.cast(desk.session, motion_id, ballot, actor, now=desk.now)
    await desk.toast(incoming, "motions/toast.txt", cast=cast)


async def counted(desk: Desk, incoming: Incoming, motion_id: int) -> None:
    """[Close the vote]: what was said is read back."""
    tapped = (incoming.chat_id, incoming.message_id)
    actor = await desk.actor(incoming)
    await motions.count(desk.session, motion_id, actor, tapped=tapped, now=desk.now)
    await desk.toast(incoming)


async def decided(desk: Desk, incoming: Incoming, motion_id: int, became: MotionState) -> None:
    """[Yes, decided] or [Not decided] under what was read back."""
    await motions.decide(desk.session, motion_id, became, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming)


async def review(desk: Desk, incoming: Incoming, motion_id: int, months: int) -> None:
    """[Review in 3 months], [6 months], [No review] under a decision."""
    if months not in {*decisions.REVIEW_MONTHS, keyboards.NEVER}:
        raise MotionUnknown
    actor = await desk.actor(incoming)
    day = None
    if months != keyboards.NEVER:
        today = wall_time(desk.now, (await _group_of(desk, motion_id)).zone).date()
        day = months_after(today, months)
    await motions.review(desk.session, motion_id, day, actor, now=desk.now)
    await desk.toast(incoming)


async def replied(
    desk: Desk, incoming: Incoming, motion_id: int, *, takes_words: bool = True
) -> None:
    """A reply to a motion: "yes", why somebody has a reservation, or "review 1 March".

    "Yes" is a vote while it is open; once it is read back, whoever leads decides with it.

    People talk to each other there, too: questions, thanks and long words are left alone, and what
    is short gets a word back. Without `takes_words` it replies to what another person was asked,
    and is no reason for anything.
    """
    motion = await desk.session.get(Motion, motion_id)
    if motion is None:
        raise MotionUnknown
    is_understood = False
    if motion.state is MotionState.CARRIED:
        is_understood = await _review_said(desk, incoming, motion_id)
    elif motion.state is MotionState.OPEN:
        # "Afya: yes" is no reservation of who writes it, though they owe the words of one.
        is_understood = await _others_said(desk, incoming, motion) or await _vote_said(
            desk, incoming, motion, takes_words=takes_words
        )
    elif motion.state is MotionState.COUNTED and takes_words:
        is_understood = await _decided_said(desk, incoming, motion_id)
    if (
        takes_words
        and not is_understood
        and motion.state in {MotionState.COUNTED, MotionState.CARRIED}
    ):
        is_understood = await _explained_late(desk, incoming, motion_id)
    if not is_understood and motion.state is MotionState.OPEN and takes_words:
        is_understood = await _asked_to_be_clear(desk, incoming, motion)
    if incoming.is_private and not is_understood:
        # Nobody else is there to whom it could have been said.
        await general.unknown(desk, incoming)


async def _decided_said(desk: Desk, incoming: Incoming, motion_id: int) -> bool:
    """Take "yes" or "no" to whether it is written down as agreed; False: it is neither, or talk."""
    ballot, why = _ballot_said(incoming.text)
    if why or ballot not in {Ballot.YES, Ballot.NO}:
        return False
    became = MotionState.LOST
    if ballot is Ballot.YES:
        is_answered = await queries.is_voted_on(desk.session, motion_id)
        became = MotionState.CARRIED if is_answered else MotionState.OPEN
    try:
        await motions.decide(
            desk.session, motion_id, became, await desk.actor(incoming), now=desk.now
        )
    except NotAllowed:
        # Somebody votes, too late, or agrees with the lead.
        return False
    await desk.react(incoming, "👍")
    return True


async def _vote_said(desk: Desk, incoming: Incoming, motion: Motion, *, takes_words: bool) -> bool:
    """Take a ballot, or why somebody has a reservation; False: it was neither."""
    actor, motion_id = await desk.actor(incoming), stored_id(motion)
    ballot, why = _ballot_said(incoming.text)
    is_refusal = ballot is Ballot.NO and motion.choosing is Choosing.CONSENT
    if is_refusal:
        # Nobody can stop a consent alone; why they do not agree is written down.
        ballot = Ballot.RESERVATION
    if ballot not in BALLOTS[motion.choosing] or (why and ballot is not Ballot.RESERVATION):
        ballot = None
    if ballot is None:
        if not takes_words or not await _owes_words(desk, incoming, motion_id):
            return False
        ballot, why = Ballot.RESERVATION, incoming.text
    cast = await motions.cast(
        desk.session,
        motion_id,
        ballot,
        actor,
        reservation=why or None,
        # In private the answer to a "no" asks.
        asks_why=not (is_refusal and incoming.is_private),
        now=desk.now,
    )
    if is_refusal and not why:
        await _ask_why(desk, incoming, motion_id, is_asked=cast.is_asked_why)
    else:
        await desk.react(incoming, "✍" if why else "👍")
    return True


def _ballot_said(text: str, *, is_passed_on: bool = False) -> tuple[Ballot | None, str]:
    """Read "yes", "abstain" or "reservation: too far for the women": a ballot, and why.

    What `is_passed_on` may be said as of somebody else: "agrees".
    """
    ballot_in = renderer().ballot_of if is_passed_on else renderer().ballot_in
    before, _, why = text.partition(":")
    ballot = ballot_in(before)
    if ballot is None:
        # "I agree but the road is bad" consents, and says what is to be written down.
        before, but = split_but(text, renderer().control_words("but"))
        if but and ballot_in(before) is Ballot.YES:
            return Ballot.RESERVATION, but
    return ballot, why.strip()


@dataclass(frozen=True)
class _Voices:
    """What somebody says that organisations say."""

    organisations: tuple[int, ...]
    ballot: Ballot
    why: str


async def _others_said(desk: Desk, incoming: Incoming, motion: Motion) -> bool:
    """Take "Afya: yes" or "Afya says yes", on each line of a reply; False: it names nobody.

    Whoever runs the meeting enters it for the organisation, as in one-phone mode. Of one's own
    organisation it is one's own word, in whosever name it is written.

    Raises:
        OrganisationUnknown: who runs the meeting names an organisation that the group has not.
        VotedThemselves, NoOrganisation and others: see `motions.say_for`.
    """
    if _ballot_said(incoming.text)[0] is not None:
        return False
    actor, motion_id = await desk.actor(incoming), stored_id(motion)
    group = await _group_of(desk, motion_id)
    names = {
        seat.organisation_id: seat.name
        for seat in (await rolls.of_group(desk.session, stored_id(group))).seats
    }
    own = await rolls.organisation_of(desk.session, stored_id(group), actor.member_id)
    may_enter = await motions.may_enter(desk.session, motion, actor)
    lines = [line for line in incoming.text.splitlines() if line.strip()]
    found = [_voices(line, names, motion.choosing, is_strict=may_enter) for line in lines]
    said = [one for one in found if one is not None]
    named = {names[key] for one in said for key in one.organisations}
    if not said or len(said) < len(lines) or not (may_enter or named == {own}):
        return False
    is_voter = await motions.may_vote(desk.session, motion, actor)
    for one in said:
        for key in one.organisations:
            if names[key] == own and is_voter:
                await motions.cast(
                    desk.session,
                    motion_id,
                    one.ballot,
                    actor,
                    reservation=one.why or None,
                    asks_why=True,
                    now=desk.now,
                )
            else:
                await _enter(desk, incoming, motion_id, key, one)
    await desk.react(incoming, "✍" if any(one.why for one in said) else "👍")
    return True


def _voices(
    line: str, names: Mapping[int, str], choosing: Choosing, *, is_strict: bool
) -> _Voices | None:
    """Read who says what in a line; None: nobody of the group is named, or it says no ballot.

    Raises:
        OrganisationUnknown: `is_strict`, and a colon stands behind what is nobody's name.
    """
    unknown = ""
    words = renderer().control_words
    for one in readings(line, says=words("says"), without_for=renderer().without_for):
        ballot, why = _ballot_said(one.said, is_passed_on=True)
        if ballot is Ballot.NO and choosing is Choosing.CONSENT:
            ballot = Ballot.RESERVATION
        if ballot not in BALLOTS[choosing] or (why and ballot is not Ballot.RESERVATION):
            continue
        try:
            keys, unclear = organisations.find_known(names, one.name, words("and"))
        except OrganisationUnclear:
            keys, unclear = [], [one.name]
        if not unclear:
            return _Voices(tuple(keys), ballot, why)
        unknown = unknown or (", ".join(unclear) if one.is_marked else "")
    if unknown and is_strict:
        raise OrganisationUnknown(said=unknown)
    return None


async def _enter(
    desk: Desk, incoming: Incoming, motion_id: int, organisation_id: int, said: _Voices
) -> None:
    actor = await desk.actor(incoming)
    name = await motions.say_for(
        desk.session,
        motion_id,
        organisation_id,
        said.ballot,
        actor,
        reservation=said.why,
        now=desk.now,
    )
    if said.ballot is Ballot.RESERVATION and not said.why:
        await _ask_for(desk, incoming, motion_id, organisation_id, name)


async def _owes_words(desk: Desk, incoming: Incoming, motion_id: int) -> bool:
    """Tell whether somebody has a reservation and has not said why, or says it anew.

    Who asks something, or says thanks, before the others does not say why.
    """
    if not incoming.is_private and _is_talk(incoming.text):
        return False
    own = await motions.own_ballot(desk.session, motion_id, await desk.actor(incoming))
    is_reserved = own is not None and own.ballot is Ballot.RESERVATION
    return own is not None and is_reserved and (not own.reservation or incoming.is_edit)


async def _asked_to_be_clear(desk: Desk, incoming: Incoming, motion: Motion) -> bool:
    """Say to who seems to vote, but in other words, how it is said; False: they talk.

    Who has voted already talks, unless they say what this vote does not ask ("I abstain").
    """
    ballot, _ = _ballot_said(incoming.text)
    is_short = len(incoming.text.split()) <= SHORT
    if ballot is None and (not is_short or _is_talk(incoming.text)):
        return False
    actor = await desk.actor(incoming)
    if not await motions.may_vote(desk.session, motion, actor):
        return False
    own = await motions.own_ballot(desk.session, stored_id(motion), actor)
    if ballot is None and own is not None:
        return False
    can_enter = await motions.may_enter(desk.session, motion, actor)
    await desk.reply(
        incoming, "motions/unclear.html", choosing=motion.choosing, can_enter=can_enter
    )
    return True


def _is_talk(text: str) -> bool:
    return text.rstrip().endswith("?") or agenda.is_thanks(text, renderer().agenda_words)


async def _explained_late(desk: Desk, incoming: Incoming, motion_id: int) -> bool:
    """Take why somebody had a reservation when the vote was closed; False: they had none."""
    ballot, why = _ballot_said(incoming.text)
    is_word_alone = ballot is not None and not why
    if is_word_alone or not await _owes_words(desk, incoming, motion_id):
        return False
    said = incoming.text if ballot is None else why
    await motions.explain(desk.session, motion_id, said, await desk.actor(incoming), now=desk.now)
    await desk.react(incoming, "✍")
    return True


async def _ask_why(
    desk: Desk, incoming: Incoming, motion_id: int, *, is_asked: bool = False
) -> None:
    """Say that a "no" became a reservation, and ask for its words, unless that `is_asked` already.

    Their own reply gives them in either case.
    """
    actor = await desk.actor(incoming)
    await desk.reply(
        incoming,
        "motions/as_reservation.html",
        about=About(f"{RESERVATION}:{actor.member_id}", motion_id, 1, RESERVATION),
        is_asked=is_asked,
    )


async def _refused_by(desk: Desk, incoming: Incoming) -> int | None:
    """Return whose "no" the question answers that somebody replies to; None: it answers none."""
    asked = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    number = asked.subject.partition(":")[2] if asked else ""
    return int(number) if number else None


async def _review_said(desk: Desk, incoming: Incoming, motion_id: int) -> bool:
    """Take the day on which a decision is looked at again; False: the words say none."""
    group = await _group_of(desk, motion_id)
    day = decisions.read_review(
        incoming.text,
        now=wall_time(desk.now, group.zone),
        languages=tuple(dict.fromkeys((*group.languages, *renderer().catalogues.languages))),
        words=renderer().review_words,
    )
    if day is None:
        return False
    actor = await desk.actor(incoming)
    await motions.review(desk.session, motion_id, day, actor, now=desk.now)
    await desk.react(incoming, "👍")
    return True


async def reserved(desk: Desk, incoming: Incoming, motion_id: int) -> None:
    """The words of one's own reservation, as asked; or that one agrees after all."""
    actor, refused_by = await desk.actor(incoming), await _refused_by(desk, incoming)
    if refused_by not in {None, actor.member_id}:
        await replied(desk, incoming, motion_id, takes_words=False)
        return
    ballot, why = _ballot_said(incoming.text)
    if ballot is None and agenda.is_thanks(incoming.text, renderer().agenda_words):
        # For having been asked, or heard: that is nobody's reservation.
        await desk.react(incoming, "👍")
        return
    motion = await desk.session.get(Motion, motion_id)
    if motion is not None and motion.state is not MotionState.OPEN:
        said = incoming.text if ballot is None else why
        if not said:
            raise MotionOver
        await motions.explain(desk.session, motion_id, said, actor, now=desk.now)
        await desk.react(incoming, "✍")
        return
    if ballot is Ballot.YES and not why:
        await motions.cast(desk.session, motion_id, ballot, actor, now=desk.now)
        await desk.react(incoming, "👍")
        return
    if ballot in {Ballot.NO, Ballot.RESERVATION} and not why:
        # That is known already: the words are asked for, once.
        if refused_by is None:
            await _ask_why(desk, incoming, motion_id)
        else:
            await desk.react(incoming, "👌")
        return
    await motions.cast(
        desk.session,
        motion_id,
        Ballot.RESERVATION,
        actor,
        reservation=why if ballot is not None and why else incoming.text,
        now=desk.now,
    )
    await desk.react(incoming, "✍")


async def for_others(desk: Desk, incoming: Incoming, motion_id: int) -> None:
    """[Enter for others]: the organisations that have no phone out, in private."""
    actor = await desk.actor(incoming)
    motion, seats = await motions.voices(desk.session, motion_id, actor)
    person = await desk.session.get(Member, actor.member_id or 0)
    if not incoming.is_private and (person is None or not person.has_started):
        raise PrivateChatMissing(bot=incoming.bot)
    answered, _ = await queries.answered_by(desk.session, motion_id)
    await desk.toast(incoming)
    await desk.whisper(
        incoming,
        "motions/for_others.html",
        keyboards.voices(motion_id, tuple(seats), answered),
        text=motion.text,
    )


async def for_whom(desk: Desk, incoming: Incoming, motion_id: int, organisation_id: int) -> None:
    """An organisation whose word is entered: what does it say?"""
    motion, seats = await motions.voices(desk.session, motion_id, await desk.actor(incoming))
    name = next((seat.name for seat in seats if seat.organisation_id == organisation_id), None)
    if name is None:
        raise MeetingUnknown
    if organisation_id in (await queries.answered_by(desk.session, motion_id))[1]:
        raise VotedThemselves(organisation=name)
    await desk.toast(incoming)
    await desk.whisper(
        incoming,
        "motions/for_whom.html",
        keyboards.voice_of(motion_id, motion.choosing, organisation_id),
        text=motion.text,
        organisation=name,
    )


async def said_for(
    desk: Desk, incoming: Incoming, motion_id: int, organisation_id: int, said: str
) -> None:
    """What an organisation says that has no phone out; "undo" takes it back."""
    ballot = None if said == keyboards.UNDO else Ballot(said)
    actor = await desk.actor(incoming)
    name = await motions.say_for(
        desk.session, motion_id, organisation_id, ballot, actor, now=desk.now
    )
    await desk.toast(incoming, "meetings/toast_done.txt")
    if ballot is Ballot.RESERVATION:
        await _ask_for(desk, incoming, motion_id, organisation_id, name)


async def _ask_for(
    desk: Desk, incoming: Incoming, motion_id: int, organisation_id: int, name: str
) -> None:
    """Ask whoever entered a reservation for its words; the next they write there are those.

    In the group, if the bot may not write to them: there it is a reply that gives them.
    """
    motion = await desk.session.get_one(Motion, motion_id)
    group = await _group_of(desk, motion_id)
    actor = await desk.actor(incoming)
    person = await desk.session.get(Member, actor.member_id or 0)
    has_chat = incoming.is_private or (person is not None and person.has_started)
    private = Place(actor.telegram_id, (await desk.language(incoming),))
    await post.say(
        desk.session,
        private if has_chat else await desk.place(incoming),
        "motions/ask_reservation.html",
        {"group": group.facts(), "text": motion.text, "organisation": name},
        now=desk.now,
        about=About(f"{VOICE}:{organisation_id}", motion_id, 1, RESERVATION),
        is_silent=True,
    )


async def explained_for(desk: Desk, incoming: Incoming, motion_id: int) -> None:
    """The words of the reservation of an organisation that has no phone out."""
    asked = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    number = asked.subject.partition(":")[2] if asked else ""
    organisation = await desk.session.get(Organisation, int(number or 0))
    if organisation is None:
        raise MotionUnknown
    await motions.say_for(
        desk.session,
        motion_id,
        stored_id(organisation),
        Ballot.RESERVATION,
        await desk.actor(incoming),
        reservation=incoming.text,
        now=desk.now,
    )
    await desk.react(incoming, "✍")


def said_word(text: str) -> str:
    """Read what a button says for an organisation.

    Raises:
        ValueError: it is neither a ballot nor the undoing of one.
    """
    return text if text == keyboards.UNDO else Ballot(text).value


async def _group_of(desk: Desk, motion_id: int) -> Group:
    motion = await desk.session.get(Motion, motion_id)
    if motion is None:
        raise MotionUnknown
    meeting = await desk.session.get_one(Meeting, motion.meeting_id)
    return await desk.session.get_one(Group, meeting.group_id)
