"""/help: what this person may do here, the most likely first, the rest by subject."""

from collections.abc import Mapping

from bot.domain import guide as rules
from bot.domain.guide import Subject
from bot.domain.roles import Action, Actor, Scope, can
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group
from bot.models.columns import stored_id
from bot.queries import groups, sittings
from bot.rendering.keyboards import guide as keyboards
from bot.rendering.messages import renderer
from bot.services.rolls import join_code


async def show(desk: Desk, incoming: Incoming, offered: Mapping[str, Action]) -> None:
    """Show the first screen of what is `offered` in this kind of chat, as far as it is allowed."""
    actor, group = await desk.actor(incoming), await _group(desk, incoming)
    seen = (
        [group] if group else await groups.where_allowed(desk.session, actor, Action.SEE_MEETINGS)
    )
    is_open = await sittings.is_any_open(desk.session, [stored_id(row) for row in seen])
    screen = rules.first(await _allowed(desk, actor, group, offered), is_open=is_open)
    language = await desk.language(incoming)
    await desk.reply(
        incoming,
        "general/help.html",
        keyboard=keyboards.subjects(screen.subjects),
        commands=[renderer().command(name, language=language) for name in screen.commands],
        has_more=bool(screen.subjects),
        group=group.name if group else None,
        where="private" if incoming.is_private else "group",
        # Once people sit together, the invitation is behind them.
        can_answer=group is not None
        and not is_open
        and can(actor, Action.ANSWER, Scope(group.coalition_id, group.id)),
        way_in=await _way_in(desk, incoming, actor, group),
    )


async def show_subject(
    desk: Desk, incoming: Incoming, offered: Mapping[str, Action], subject: Subject
) -> None:
    """Show all that whoever tapped a subject may do of it here."""
    actor, group = await desk.actor(incoming), await _group(desk, incoming)
    names = rules.of(subject, await _allowed(desk, actor, group, offered))
    language = await desk.language(incoming)
    await desk.reply(
        incoming,
        "general/help_subject.html",
        subject=subject,
        commands=[renderer().command(name, language=language) for name in names],
        example=desk.example_date() if "meeting" in names else None,
    )
    await desk.toast(incoming)


async def _group(desk: Desk, incoming: Incoming) -> Group | None:
    if incoming.is_private:
        return None
    return await groups.meant_in(desk.session, incoming.chat_id, incoming.thread_id)


async def _allowed(
    desk: Desk, actor: Actor, group: Group | None, offered: Mapping[str, Action]
) -> list[str]:
    """Return what the person may use: in the group, or, in private, in any of theirs.

    Whoever leads a meeting that is open, or takes its notes, may more as long as it lasts.
    """
    near = [group] if group else await groups.of_actor(desk.session, actor)
    scopes = [Scope(one.coalition_id, one.id) for one in near]
    actions = {
        action
        for action in set(offered.values())
        if any(can(actor, action, scope) for scope in (scopes if group else [Scope(), *scopes]))
    }
    for one, scope in zip(near, scopes, strict=True):
        if group is None and not can(actor, Action.SEE_MEETINGS, scope):
            continue
        for meeting in await sittings.open_in(desk.session, stored_id(one)):
            serving = await sittings.scope(desk.session, meeting, one)
            actions |= {action for action in offered.values() if can(actor, action, serving)}
    return [name for name, action in offered.items() if action in actions]


async def _way_in(desk: Desk, incoming: Incoming, actor: Actor, group: Group | None) -> str | None:
    """Return the link by which somebody whom the group does not know comes in."""
    if group is None or can(actor, Action.SEE_GROUP, Scope(group.coalition_id, group.id)):
        return None
    return incoming.link(await join_code(desk.session, group))
