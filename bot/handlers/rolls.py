"""Taps on the roll of a group."""

from bot.domain.attendance import Answer
from bot.domain.invitations import YesOrNo
from bot.flows import engine
from bot.flows.members import JOIN, Wish
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Coalition, Group, MessageSubject
from bot.queries import rolls as queries
from bot.rendering.messages import renderer
from bot.services import rolls


async def join(desk: Desk, incoming: Incoming, group_id: int, organisation_id: int) -> None:
    """An organisation's name: "I speak for it"."""
    organisation, joined = await rolls.join(
        desk.session,
        group_id,
        organisation_id,
        await desk.actor(incoming),
        chat_id=incoming.chat_id,
        now=desk.now,
    )
    await desk.toast(
        incoming, "groups/toast_joined.txt", organisation=organisation.name, joined=joined
    )


async def admit(
    desk: Desk, incoming: Incoming, group_id: int, member_id: int, organisation_id: int
) -> None:
    """The name of somebody who waits: "I know them"."""
    actor = await desk.actor(incoming)
    await rolls.admit(desk.session, group_id, member_id, organisation_id, actor, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def admit_office(
    desk: Desk, incoming: Incoming, group_id: int, member_id: int, organisation_id: int
) -> None:
    """[It is the office's phone] about somebody who waits."""
    actor = await desk.actor(incoming)
    await rolls.admit(
        desk.session, group_id, member_id, organisation_id, actor, is_office=True, now=desk.now
    )
    await desk.toast(incoming, "meetings/toast_done.txt")


async def decline(
    desk: Desk, incoming: Incoming, group_id: int, member_id: int, organisation_id: int
) -> None:
    """[No] about somebody who waits."""
    actor = await desk.actor(incoming)
    await rolls.decline(desk.session, group_id, member_id, organisation_id, actor, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def replied(desk: Desk, incoming: Incoming, member_id: int) -> None:
    """A reply to the question whether one knows somebody who waits: "yes", "no"."""
    asked = await desk.session.get_one(MessageSubject, (incoming.chat_id, incoming.replies_to))
    group_id = rolls.group_waited_for(asked.subject)
    said = renderer().answer_in(incoming.text)
    if said is Answer.COMING:
        await admit(desk, incoming, group_id, member_id, asked.subject_version)
    elif said is Answer.CANNOT:
        await decline(desk, incoming, group_id, member_id, asked.subject_version)
    else:
        raise YesOrNo
    await desk.react(incoming, "👍")


async def opened(desk: Desk, incoming: Incoming, group: Group) -> None:
    """/start with the code of a group's link for partners: the questions begin."""
    actor = await desk.actor(incoming)
    organisation = await queries.organisation_of(desk.session, group.facts().id, actor.member_id)
    if organisation is not None and group.id in actor.roles:
        await desk.reply(
            incoming, "members/known.html", group=group.facts(), organisation=organisation
        )
        return
    roll = await queries.of_group(desk.session, group.facts().id)
    coalition = await desk.session.get_one(Coalition, group.coalition_id)
    wish = Wish(
        coalition=coalition.name,
        organisations=tuple((seat.organisation_id, seat.name) for seat in roll.seats),
    )
    await engine.begin(await desk.talk(incoming, group), JOIN, wish)
