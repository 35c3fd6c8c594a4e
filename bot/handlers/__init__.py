"""The whole table of what people can send: commands, buttons, replies.

A row names the action that is asked of `bot.domain.roles.can`. What stands in no row does nothing.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.domain.agenda import Edit
from bot.domain.attendance import Answer
from bot.domain.calendar import EntryKind
from bot.domain.coalitions import Item as CoalitionItem
from bot.domain.facilitation import Duty
from bot.domain.filing import Form
from bot.domain.groups import GroupAmbiguous, GroupOnly, PrivateOnly, Setting, named_in
from bot.domain.guide import Subject
from bot.domain.inbox import Deed as InboxDeed
from bot.domain.meetings import MeetingUnknown
from bot.domain.members import Deed, Item
from bot.domain.minutes import Edit as MinutesEdit
from bot.domain.motions import Ballot, MotionState
from bot.domain.plan import Edit as PointEdit
from bot.domain.plan import PointState, Sift, Tab
from bot.domain.preferences import MessageKind, Switch
from bot.domain.presence import How, Mark
from bot.domain.progress import Answer as Report
from bot.domain.progress import Part
from bot.domain.reports import Format, Paper
from bot.domain.roles import ANYBODY, Action, Scope, require
from bot.domain.sittings import SeveralOpen
from bot.domain.taps import Verb
from bot.domain.write_ups import Fate
from bot.flows.engine import CONVERSATION
from bot.handlers import (
    agenda,
    attendance,
    calendar,
    carry_over,
    circulation,
    coalitions,
    commands,
    conversations,
    decisions,
    digests,
    feedback,
    follow_up,
    general,
    groups,
    guide,
    hand_over,
    inbox,
    invitations,
    meetings,
    members,
    minutes,
    minutes_papers,
    motions,
    notebook,
    participation,
    people,
    plan,
    preferences,
    presence,
    progress,
    reports,
    rolls,
    search,
    sittings,
    support,
    write_ups,
)
from bot.handlers.coalitions import TO_COALITION
from bot.handlers.commands import WORDS
from bot.handlers.desk import Desk, current
from bot.handlers.feedback_seen import FETCH, LIKENESS, WRITE
from bot.handlers.incoming import SLIP, Incoming, of_update
from bot.models import MessageSubject
from bot.queries import messages
from bot.rendering.messages import renderer
from bot.services import standing
from bot.services.actions import ENTRY
from bot.services.agenda import ITEM
from bot.services.agenda_views import AGENDA, EDITOR
from bot.services.follow_up import ASKED as ABOUT_ACTION
from bot.services.follow_up import ROUND_UP, TOGETHER
from bot.services.invitations import INVITATION
from bot.services.meeting_posts import CHANGE, MEETING, PROPOSAL
from bot.services.minutes_views import DRAFT, MINUTES
from bot.services.motion_posts import MOTION
from bot.services.motions import RESERVATION, VOICE
from bot.services.objections import OBJECTION, WRONG
from bot.services.plan_made import MADE
from bot.services.plan_posts import PLAN, POINT
from bot.services.progress import CALLED, MORE_ASKED, WHICH
from bot.services.rolls import WAITING
from bot.services.sitting_posts import BOARD
from bot.services.support_posts import HOW, SUPPORT
from bot.services.turns import ASKED
from bot.services.write_ups import WRITE_UP

Handle: TypeAlias = Callable[..., Coroutine[Any, Any, None]]


LARGEST = 2**63 - 1
"""The largest number that a row can have: both databases count in 64 bits."""


def _number(text: str) -> int:
    """Read the number of a row, or of a version, off a button.

    Raises:
        ValueError: no row can have it.
    """
    number = int(text)
    if not 0 < number <= LARGEST:
        message = "no button of ours ever carried it"
        raise ValueError(message)
    return number


def _number_or_none(text: str) -> int:
    """Read the number of a row that may not be there yet: then it is 0.

    Raises:
        ValueError: no row can have it.
    """
    return 0 if text == "0" else _number(text)


@dataclass(frozen=True)
class Command:
    """One command, with its aliases in every catalogue under its own name."""

    name: str
    handle: Handle
    action: Action
    is_group_only: bool = False
    is_private_only: bool = False
    is_personal: bool = False
    """Whether it means nothing without the person who typed it: the code of an invitation."""
    takes_quoted: bool = False
    """Whether it is about the words of the message that it replies to, if it has none itself."""
    also: str = ""
    """The control words by which it is typed as well; no menu shows them."""


@dataclass(frozen=True)
class Button:
    """What a tap does; `values` turn the texts that the button carries into what they mean."""

    handle: Handle
    action: Action
    values: tuple[Callable[[str], Any], ...] = (_number,)
    is_private_only: bool = False


@dataclass(frozen=True)
class Reply:
    """What replying to a message about some subject does."""

    handle: Handle
    action: Action


async def help_(desk: Desk, incoming: Incoming, subject: Subject | None = None) -> None:
    """/help, and a subject tapped under it — only what this person may do here."""
    offered = {row.name: row.action for row in COMMANDS if _fits(row, incoming)}
    if subject is None:
        await guide.show(desk, incoming, offered)
    else:
        await guide.show_subject(desk, incoming, offered, subject)


async def take_up(
    desk: Desk, incoming: Incoming, waiting_id: int, group_id: int | None = None
) -> None:
    """[It was me], or the name of a group: carry out the command that waited for it."""
    waited = await commands.taken_up(desk, incoming, waiting_id, group_id)
    command = next(row for row in COMMANDS if row.name == waited.command)
    await _typed(command)(desk, waited)
    await desk.toast(incoming)


async def take_up_for(desk: Desk, incoming: Incoming, waiting_id: int, meeting_id: int) -> None:
    """A tap on one of several open meetings: carry out the command that waited for it."""
    waited = await commands.taken_up(desk, incoming, waiting_id, meeting_id=meeting_id)
    command = next(row for row in COMMANDS if row.name == waited.command)
    await _typed(command)(desk, waited)
    await desk.toast(incoming)


async def take_words(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply that says what a command is about which came without words."""
    meant = await commands.with_words(desk, incoming, meeting_id)
    if meant is not None:
        command = next(row for row in COMMANDS if row.name == meant.command)
        await _typed(command)(desk, meant)


COMMANDS = (
    Command("start", general.start, Action.START, is_personal=True),
    Command("help", help_, Action.READ_HELP),
    Command("when", meetings.when, Action.SEE_MEETINGS),
    Command("agenda", agenda.show, Action.SEE_MEETINGS),
    Command("additem", agenda.add, Action.ADD_ITEM),
    Command("facilitator", agenda.facilitator, Action.SEE_MEETINGS),
    Command("meeting", meetings.plan, Action.PLAN_MEETING),
    Command("open", sittings.open_, Action.RUN_MEETING),
    Command("item", sittings.item, Action.RUN_MEETING, also="next-item"),
    Command(
        "agreed", notebook.agreed, Action.RUN_MEETING, takes_quoted=True, also=notebook.AGREED_TOO
    ),
    Command("action", plan.action, Action.SHARE, takes_quoted=True, also=notebook.ACTION_TOO),
    Command("note", notebook.note, Action.RUN_MEETING, takes_quoted=True),
    Command("idea", notebook.idea, Action.SHARE, takes_quoted=True),
    Command("needhelp", support.needhelp, Action.REPORT, takes_quoted=True),
    Command("handover", hand_over.show, Action.SHARE),
    Command("undo", plan.undo, Action.SHARE),
    Command("vote", motions.vote, Action.RUN_MEETING),
    Command("close", sittings.close, Action.RUN_MEETING, also="close-too"),
    Command("find", search.find, Action.SEE_MEETINGS),
    Command("attendance", participation.show, Action.SEE_MEETINGS),
    Command("minutes", minutes_papers.show, Action.SEE_MEETINGS),
    Command("summary", digests.show, Action.SEE_SUMMARY, is_private_only=True),
    Command("report", reports.show, Action.RUN_PLAN, is_private_only=True),
    Command("guest", presence.guest, Action.RUN_MEETING),
    Command("came", presence.came, Action.CHECK_IN, also="came-too"),
    Command("left", presence.left, Action.CHECK_IN),
    Command("update", progress.update, Action.REPORT),
    Command("calls", follow_up.calls, Action.RUN_PLAN, is_private_only=True),
    Command("away", follow_up.away, Action.CHOOSE_MESSAGES),
    Command("calendar", calendar.note, Action.PLAN_MEETING),
    Command("language", preferences.language, Action.CHOOSE_LANGUAGE),
    Command("mute", preferences.mute, Action.CHOOSE_MESSAGES),
    Command("actions", plan.listed, Action.SEE_MEETINGS),
    Command(WRITE, feedback.aside, Action.CONFIDE, is_private_only=True),
    Command(FETCH, feedback.aside, Action.CONFIDE, is_private_only=True),
    Command("inbox", inbox.show, Action.READ_FEEDBACK, is_private_only=True),
    Command("cancel", conversations.stop, Action.CONVERSE),
    Command("group", members.menu, Action.SEE_GROUP),
    Command("setup", groups.set_up, Action.SET_UP_GROUP, is_group_only=True),
    Command("coalition", coalitions.coalition, Action.SET_UP_COALITION, is_private_only=True),
)

BUTTONS = {
    Verb.ANSWER: Button(attendance.tapped, Action.ANSWER, (_number, Answer)),
    Verb.CONFIRM: Button(meetings.confirm, Action.PLAN_MEETING),
    Verb.FOLLOWING: Button(meetings.confirm_following, Action.CHANGE_MEETING),
    Verb.DISCARD: Button(meetings.discard, Action.PLAN_MEETING),
    Verb.CHANGE: Button(meetings.offer_change, Action.CHANGE_MEETING),
    Verb.CANCEL: Button(meetings.offer_cancel, Action.CHANGE_MEETING, (_number, _number)),
    Verb.CANCEL_SURE: Button(meetings.cancel, Action.CHANGE_MEETING, (_number, _number)),
    Verb.END: Button(meetings.offer_end, Action.CHANGE_MEETING, (_number, _number)),
    Verb.END_SURE: Button(meetings.end, Action.CHANGE_MEETING, (_number, _number)),
    Verb.CLOSE: Button(meetings.keep, Action.CHANGE_MEETING),
    Verb.JOIN: Button(rolls.join, Action.JOIN, (_number, _number)),
    Verb.ADMIT: Button(rolls.admit, Action.ADMIT, (_number, _number, _number_or_none)),
    Verb.ADMIT_OFFICE: Button(
        rolls.admit_office, Action.ADMIT, (_number, _number, _number_or_none)
    ),
    Verb.REJECT: Button(rolls.decline, Action.ADMIT, (_number, _number, _number_or_none)),
    Verb.HELP: Button(help_, Action.READ_HELP, (Subject,)),
    Verb.LANGUAGE: Button(preferences.language_tapped, Action.CHOOSE_LANGUAGE, (str,)),
    Verb.TAKE_UP: Button(take_up, Action.TAKE_UP),
    Verb.CHOOSE_GROUP: Button(take_up, Action.TAKE_UP, (_number, _number)),
    Verb.CHOOSE_MEETING: Button(take_up_for, Action.TAKE_UP, (_number, _number)),
    Verb.FOR: Button(attendance.for_whom, Action.ANSWER_FOR, (_number, _number)),
    Verb.SAID_FOR: Button(
        attendance.said_for, Action.ANSWER_FOR, (_number, _number, attendance.said_word)
    ),
    Verb.PEOPLE: Button(people.listed, Action.SEE_PEOPLE, (_number, _number_or_none)),
    Verb.PERSON: Button(people.shown, Action.SEE_PEOPLE, (_number, _number)),
    Verb.DEED: Button(people.changed, Action.CHANGE_PEOPLE, (_number, _number, Deed)),
    Verb.RESEAT: Button(people.moved, Action.CHANGE_PEOPLE, (_number, _number, _number)),
    Verb.ACCEPT: Button(invitations.accepted, Action.ACCEPT_INVITATION),
    Verb.DECLINE: Button(invitations.declined, Action.ACCEPT_INVITATION),
    Verb.NOT_MEANT: Button(invitations.not_meant, Action.ACCEPT_INVITATION),
    Verb.GROUP: Button(members.chosen, Action.SEE_GROUP, (_number, Item)),
    Verb.FLOW: Button(conversations.tapped, Action.CONVERSE, (_number, _number, str)),
    Verb.MUTE: Button(preferences.mute_tapped, Action.CHOOSE_MESSAGES, (MessageKind, Switch)),
    Verb.SET_UP: Button(groups.set_up, Action.SET_UP_GROUP, ()),
    Verb.SETTING: Button(groups.change, Action.SET_UP_GROUP, (_number, Setting)),
    Verb.COALITION: Button(
        coalitions.chosen, Action.SET_UP_COALITION, (_number, CoalitionItem), is_private_only=True
    ),
    Verb.TEAM: Button(
        coalitions.removed, Action.SET_UP_COALITION, (_number, _number, Deed), is_private_only=True
    ),
    Verb.FOUND: Button(coalitions.found, Action.SET_UP_COALITION, (), is_private_only=True),
    Verb.FILE: Button(circulation.file, Action.SEE_MEETINGS),
    Verb.COPY: Button(circulation.copy, Action.SEE_MEETINGS),
    Verb.PAPER: Button(circulation.paper, Action.SEE_MEETINGS),
    Verb.AGENDA: Button(agenda.open_editor, Action.EDIT_AGENDA),
    Verb.EDIT: Button(
        agenda.edit, Action.EDIT_AGENDA, (_number, _number, Edit, _number_or_none, _number_or_none)
    ),
    Verb.WITHDRAW: Button(agenda.withdraw, Action.ADD_ITEM),
    Verb.USUAL: Button(agenda.usual, Action.EDIT_AGENDA),
    Verb.BRING: Button(agenda.bring, Action.ADD_ITEM),
    Verb.DUTY: Button(agenda.turn_tapped, Action.TAKE_TURN, (_number, str)),
    Verb.APPOINT: Button(agenda.leader_chosen, Action.EDIT_AGENDA, (_number, _number)),
    Verb.NOTE: Button(calendar.add, Action.PLAN_MEETING, (_number, EntryKind)),
    Verb.FORGET: Button(calendar.forget, Action.PLAN_MEETING),
    Verb.OPEN: Button(sittings.open_tapped, Action.RUN_MEETING),
    Verb.NEXT: Button(sittings.next_, Action.RUN_MEETING, (_number, _number_or_none)),
    Verb.CHECK_IN: Button(presence.checked_in, Action.CHECK_IN, (_number, How)),
    Verb.FINISH: Button(sittings.finish, Action.RUN_MEETING),
    Verb.ASK_CLOSE: Button(sittings.ask_close, Action.RUN_MEETING),
    Verb.UNDO: Button(notebook.undo_tapped, Action.SHARE),
    Verb.OWNER: Button(
        notebook.owner_tapped, Action.SHARE, (_number, _number_or_none, _number_or_none)
    ),
    Verb.BOARD: Button(sittings.board, Action.RUN_MEETING),
    Verb.BOARD_SIDE: Button(presence.side, Action.CHECK_IN, (_number, _number_or_none)),
    Verb.OPEN_NOW: Button(sittings.open_now, Action.PLAN_MEETING),
    Verb.REOPEN: Button(sittings.reopen, Action.RUN_MEETING),
    Verb.LEAVE: Button(presence.leave, Action.CHECK_IN),
    Verb.SERVE: Button(presence.serve, Action.TAKE_TURN, (_number, Duty)),
    Verb.ROOM: Button(presence.room, Action.RUN_MEETING),
    Verb.ROOM_PAGE: Button(
        presence.turned, Action.RUN_MEETING, (_number, _number_or_none, _number_or_none)
    ),
    Verb.ROOM_SURE: Button(presence.sure, Action.RUN_MEETING),
    Verb.SEAT: Button(presence.seat, Action.RUN_MEETING, (_number, _number, Mark)),
    Verb.GUEST: Button(presence.ask_guest, Action.RUN_MEETING),
    Verb.GUEST_AT: Button(presence.guest_marked, Action.RUN_MEETING, (_number, Mark)),
    Verb.SHARES: Button(participation.more, Action.SEE_MEETINGS, (_number, _number_or_none)),
    Verb.SHARES_PICTURE: Button(participation.picture, Action.SEE_MEETINGS),
    Verb.LEAF: Button(search.leaf, Action.SEE_MEETINGS, (_number, _number_or_none)),
    Verb.LONGER: Button(sittings.longer, Action.RUN_MEETING, (_number, _number)),
    Verb.FATE: Button(write_ups.answered, Action.RUN_MEETING, (_number, Fate)),
    Verb.PAPER_LIST: Button(write_ups.paper_list, Action.SEE_PAPER_LIST),
    Verb.IS_LIST: Button(write_ups.is_list, Action.RUN_MEETING),
    Verb.ACTIONS: Button(carry_over.listed, Action.EDIT_AGENDA),
    Verb.FINISHED: Button(carry_over.ticked, Action.EDIT_AGENDA, (_number, _number)),
    Verb.CARRY: Button(minutes_papers.carry, Action.SEE_MEETINGS, (_number, _number, Form)),
    Verb.BALLOT: Button(motions.voted, Action.VOTE, (_number, Ballot)),
    Verb.COUNT: Button(motions.counted, Action.RUN_MEETING),
    Verb.DECIDE: Button(motions.decided, Action.RUN_MEETING, (_number, MotionState)),
    Verb.REVIEW: Button(motions.review, Action.RUN_MEETING, (_number, _number_or_none)),
    Verb.VOICES: Button(motions.for_others, Action.RUN_MEETING),
    Verb.VOICE_OF: Button(motions.for_whom, Action.RUN_MEETING, (_number, _number)),
    Verb.SAY_FOR: Button(
        motions.said_for, Action.RUN_MEETING, (_number, _number, motions.said_word)
    ),
    Verb.RAISE: Button(decisions.put_on_agenda, Action.ADD_ITEM),
    Verb.APPROVE: Button(minutes.approve, Action.APPROVE_MINUTES, (_number, _number, _number)),
    Verb.DRAFT: Button(
        minutes.edit,
        Action.APPROVE_MINUTES,
        (_number, _number, _number, MinutesEdit, _number_or_none, _number_or_none),
    ),
    Verb.WRONG: Button(minutes.wrong, Action.OBJECT),
    Verb.OBJECT: Button(minutes.object_, Action.OBJECT),
    Verb.TALK: Button(minutes.only_talk, Action.OBJECT),
    Verb.PROGRESS: Button(follow_up.answered, Action.REPORT, (_number, Report)),
    Verb.ABOUT: Button(follow_up.about, Action.REPORT),
    Verb.SNOOZE: Button(follow_up.put_off, Action.REPORT, (_number_or_none, _number)),
    Verb.MEANT: Button(progress.meant, Action.REPORT, (_number, _number_or_none)),
    Verb.ADD_PART: Button(progress.add_part, Action.REPORT, (_number, Part)),
    Verb.CALL: Button(follow_up.called, Action.RUN_PLAN, (_number, _number)),
    Verb.SETTLE: Button(minutes.settle, Action.APPROVE_MINUTES, (_number, minutes.settling)),
    Verb.CAN_HELP: Button(support.can_help, Action.OFFER_HELP),
    Verb.CANNOT_HELP: Button(support.cannot_help, Action.OFFER_HELP),
    Verb.HELPED: Button(support.helped, Action.SEE_MEETINGS),
    Verb.NO_HELP: Button(support.withdrawn, Action.REPORT),
    Verb.NEEDED: Button(support.listed, Action.SEE_MEETINGS),
    Verb.PLAN: Button(
        plan.turned,
        Action.SEE_MEETINGS,
        (_number, Tab, Sift, _number_or_none, _number_or_none),
    ),
    Verb.POINT: Button(plan.card, Action.SEE_MEETINGS),
    Verb.POINT_STATE: Button(plan.stated, Action.SHARE, (_number, PointState)),
    Verb.POINT_EDIT: Button(plan.edited, Action.SHARE, (_number, PointEdit, _number_or_none)),
    Verb.POINT_OWNER: Button(
        plan.owner_tapped, Action.SHARE, (_number, _number_or_none, _number_or_none)
    ),
    Verb.POINT_UNDO: Button(plan.undo_tapped, Action.SHARE),
    Verb.POINT_HISTORY: Button(plan.history, Action.SEE_MEETINGS),
    Verb.POINT_SHOWN: Button(plan.evidence, Action.SEE_MEETINGS),
    Verb.WALK: Button(plan.walked, Action.RUN_MEETING, (_number, _number_or_none)),
    Verb.WALK_STATE: Button(plan.walk_stated, Action.RUN_MEETING, (_number, _number, PointState)),
    Verb.SUMMARY_GROUPS: Button(
        digests.groups,
        Action.SEE_SUMMARY,
        (_number, _number, _number_or_none),
        is_private_only=True,
    ),
    Verb.SUMMARY_GROUP: Button(
        digests.group, Action.SEE_SUMMARY, (_number, _number), is_private_only=True
    ),
    Verb.SUMMARY_ALL: Button(
        digests.together, Action.SEE_SUMMARY, (_number, _number), is_private_only=True
    ),
    Verb.SUMMARY_WEEK: Button(
        digests.before, Action.SEE_SUMMARY, (_number, _number), is_private_only=True
    ),
    Verb.SUMMARY_WEEKS: Button(
        digests.weeks,
        Action.SEE_SUMMARY,
        (_number, _number_or_none, _number),
        is_private_only=True,
    ),
    Verb.SUMMARY_TIME: Button(digests.time, Action.SEE_SUMMARY, (), is_private_only=True),
    Verb.REPORTS: Button(
        reports.shown,
        Action.RUN_PLAN,
        (_number, _number_or_none, reports.quarter),
        is_private_only=True,
    ),
    Verb.REPORT_GROUPS: Button(
        reports.groups,
        Action.RUN_PLAN,
        (_number, reports.quarter, _number_or_none),
        is_private_only=True,
    ),
    Verb.REPORT_FILE: Button(
        reports.give,
        Action.RUN_PLAN,
        (Paper, Format, _number, _number_or_none, reports.quarter),
        is_private_only=True,
    ),
    Verb.WORKBOOK: Button(
        reports.workbook,
        Action.RUN_PLAN,
        (_number, _number_or_none, reports.week),
        is_private_only=True,
    ),
    Verb.INBOX: Button(
        inbox.turned, Action.READ_FEEDBACK, (_number, _number_or_none), is_private_only=True
    ),
    Verb.INBOX_ITEM: Button(
        inbox.chosen, Action.READ_FEEDBACK, (_number, InboxDeed), is_private_only=True
    ),
    Verb.INBOX_OUTCOME: Button(inbox.outcome, Action.READ_FEEDBACK, is_private_only=True),
    **{
        verb: Button(feedback.aside, Action.CONFIDE, is_private_only=True)
        for verb in feedback.VERBS
    },
}

REPLIES = {
    WORDS: Reply(take_words, Action.SHARE),
    MEETING: Reply(attendance.replied, Action.ANSWER),
    CHANGE: Reply(meetings.move, Action.CHANGE_MEETING),
    PROPOSAL: Reply(meetings.answer_question, Action.PLAN_MEETING),
    AGENDA: Reply(agenda.replied, Action.ADD_ITEM),
    EDITOR: Reply(agenda.retyped, Action.ADD_ITEM),
    ASKED: Reply(agenda.turn_replied, Action.TAKE_TURN),
    ITEM: Reply(agenda.item_replied, Action.ADD_ITEM),
    CONVERSATION: Reply(conversations.replied, Action.CONVERSE),
    INVITATION: Reply(invitations.replied, Action.ACCEPT_INVITATION),
    WAITING: Reply(rolls.replied, Action.ADMIT),
    ENTRY: Reply(plan.entry_replied, Action.SHARE),
    MOTION: Reply(motions.replied, Action.VOTE),
    RESERVATION: Reply(motions.reserved, Action.VOTE),
    VOICE: Reply(motions.explained_for, Action.RUN_MEETING),
    MINUTES: Reply(minutes.replied, Action.OBJECT),
    DRAFT: Reply(minutes.retyped, Action.APPROVE_MINUTES),
    OBJECTION: Reply(minutes.reasoned, Action.APPROVE_MINUTES),
    WRITE_UP: Reply(write_ups.replied, Action.RUN_MEETING),
    WRONG: Reply(minutes.said_wrong, Action.OBJECT),
    SUPPORT: Reply(support.replied, Action.OFFER_HELP),
    HOW: Reply(support.said_how, Action.OFFER_HELP),
    MADE: Reply(plan.amended, Action.SHARE),
    POINT: Reply(progress.replied, Action.REPORT),
    PLAN: Reply(progress.replied_in_group, Action.REPORT),
    ABOUT_ACTION: Reply(progress.replied, Action.REPORT),
    TOGETHER: Reply(progress.replied_together, Action.REPORT),
    ROUND_UP: Reply(progress.replied_in_group, Action.REPORT),
    WHICH: Reply(progress.which_replied, Action.REPORT),
    MORE_ASKED: Reply(progress.more_replied, Action.REPORT),
    CALLED: Reply(progress.called, Action.RUN_PLAN),
}

PICTURES = frozenset({WRITE_UP, BOARD})
"""What a photo of a paper list is sent in reply to."""

REPORTED = frozenset(
    {
        *(ABOUT_ACTION, TOGETHER, ROUND_UP, POINT, PLAN, MADE, ENTRY),
        *(WHICH, MORE_ASKED, CALLED),
    }
)
"""What a picture, a file or a voice note answers as well as words."""

IN_A_WORD = frozenset({WORDS, MEETING, AGENDA, ASKED, ENTRY, MOTION, MINUTES})
"""What takes certain words, and so leaves "agreed: …" to the notebook of an open meeting."""

CORRECTED = frozenset({PROPOSAL, CHANGE})
"""What the bot asks because of what the person wrote or tapped: any words may mend that."""


def add_to(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Put the table into python-telegram-bot's dispatcher; its first match deals with an update.

    Raises:
        ValueError: a handler would not block, so that the commit would not wait for it.
    """
    for command in COMMANDS:
        application.add_handler(CommandHandler(_names(command), _callback(_typed(command))))
    application.add_handler(MessageHandler(filters.Regex(SLIP), _callback(_slipped)))
    application.add_handler(CallbackQueryHandler(_callback(_tapped)))
    application.add_handler(
        MessageHandler(filters.REPLY & filters.TEXT & ~filters.COMMAND, _callback(_replied))
    )
    application.add_handler(
        MessageHandler(
            filters.ChatType.GROUPS
            & filters.TEXT
            & ~filters.COMMAND
            & filters.UpdateType.EDITED_MESSAGE,
            _callback(_edited),
        )
    )
    application.add_handler(
        MessageHandler(
            filters.ChatType.GROUPS & filters.COMMAND & filters.UpdateType.MESSAGE,
            _callback(_mistyped),
        )
    )
    application.add_handler(
        MessageHandler(
            filters.REPLY & ~filters.TEXT & ~filters.StatusUpdate.ALL, _callback(_replied_wordless)
        )
    )
    application.add_handler(
        MessageHandler(filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, _callback(_wrote))
    )
    application.add_handler(
        ChatMemberHandler(_raw(groups.standing_changed), ChatMemberHandler.MY_CHAT_MEMBER)
    )
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, _raw(groups.migrated)))
    for news, handle in (
        (filters.StatusUpdate.NEW_CHAT_TITLE, groups.renamed),
        (filters.StatusUpdate.FORUM_TOPIC_EDITED, groups.renamed),
        (filters.StatusUpdate.LEFT_CHAT_MEMBER, groups.someone_left),
        (filters.StatusUpdate.NEW_CHAT_MEMBERS, groups.someone_came),
        (filters.StatusUpdate.FORUM_TOPIC_CLOSED, groups.topic_changed),
        (filters.StatusUpdate.FORUM_TOPIC_REOPENED, groups.topic_changed),
    ):
        application.add_handler(MessageHandler(news, _raw(handle)))
    # Last: python-telegram-bot does not tell whether anybody looked at an update.
    application.add_handler(TypeHandler(Update, _raw(_not_for_us)))
    for handlers in application.handlers.values():
        check_blocking(handlers)


def check_blocking(
    handlers: "list[BaseHandler[Any, Any, Any]] | tuple[BaseHandler[Any, Any, Any], ...]",
) -> None:
    """Make sure that every handler is awaited before the transaction commits.

    Raises:
        ValueError: one is not.
    """
    for handler in handlers:
        if not handler.block:
            message = f"{handler} does not block: its effects would miss the transaction"
            raise ValueError(message)


@cache
def names_of_commands() -> Mapping[str, str]:
    """Return every name of the commands, in all languages, with the command that it means."""
    return {name: command.name for command in COMMANDS for name in _names(command)}


def _names(command: Command) -> list[str]:
    aliases = renderer().catalogues.words("command", command.name)
    also = renderer().control_words(command.also) if command.also else []
    named = [word for words in aliases.values() for word in words]
    return list(dict.fromkeys([command.name, *named, *also]))


def _callback(handle: Handle) -> Handle:
    async def callback(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        desk = current.get()
        desk.is_handled = True
        incoming = of_update(update)
        if incoming is not None:
            if incoming.sent_at is not None and not incoming.is_private:
                # The news of our return may have been lost; whoever hears people is there.
                await standing.heard(desk.session, incoming.chat_id, incoming.sent_at, now=desk.now)
            await handle(desk, incoming)
            if incoming.is_private:
                # Afterwards: whoever introduces themselves is known only now.
                await desk.met(incoming)

    return callback


def _raw(handle: Handle) -> Handle:
    """Adapt a handler that needs the whole update: news about a chat, not words of a person."""

    async def callback(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        desk = current.get()
        desk.is_handled = True
        await handle(desk, update)

    return callback


def _typed(command: Command) -> Handle:
    async def handle(desk: Desk, incoming: Incoming) -> None:
        if command.is_group_only and incoming.is_private:
            raise GroupOnly(command=command.name)
        if command.is_private_only and not incoming.is_private:
            raise PrivateOnly(command=command.name, link=incoming.link(command.name))
        if incoming.is_anonymous_admin and not (incoming.is_private or command.is_personal):
            await commands.ask_who(desk, _kept(command, incoming), command.name)
            return
        await _check_person(desk, incoming, command.action)
        if incoming.is_private and not incoming.is_edit:
            await commands.forget_words(desk, incoming)
        if not command.is_personal:
            # The code of an invitation says nothing of what the questions ask.
            await conversations.overtake(desk, incoming, command.name)
        try:
            await command.handle(desk, incoming)
        except GroupAmbiguous as several:
            # Which group is asked before anything is done: there is nothing to undo.
            if named := named_in(incoming.text, several.groups):
                group, rest = named
                await command.handle(desk, replace(incoming, group_id=group.id, text=rest))
                return
            waiting = _kept(command, incoming)
            await commands.ask_which(desk, waiting, command.name, several.groups)
        except SeveralOpen as several_open:
            waiting = _kept(command, incoming)
            meetings = several_open.meetings
            await commands.ask_which_meeting(desk, waiting, command.name, meetings)

    return handle


def _kept(command: Command, incoming: Incoming) -> Incoming:
    """Return a command as it waits for a tap, which knows nothing of what it replied to."""
    quoted = incoming.quoted
    if incoming.text or not command.takes_quoted or quoted is None or quoted.is_own:
        return incoming
    return replace(incoming, text=quoted.text)


async def _check_person(desk: Desk, incoming: Incoming, action: Action) -> None:
    """Refuse Telegram's stand-ins for a person what anybody else may do.

    For the other actions the services ask, once they know which group it is about.
    """
    if action in ANYBODY:
        require(await desk.actor(incoming), action, Scope())


async def _tapped(desk: Desk, incoming: Incoming) -> None:
    button = BUTTONS.get(incoming.tap.verb) if incoming.tap else None
    if incoming.tap is None or button is None:
        raise MeetingUnknown
    try:
        values = [read(text) for read, text in zip(button.values, incoming.tap.values, strict=True)]
    except ValueError as error:
        # Forged, or from a version long ago.
        raise MeetingUnknown from error
    if button.is_private_only and not incoming.is_private:
        raise PrivateOnly(command=TO_COALITION, link=incoming.link(TO_COALITION))
    await _check_person(desk, incoming, button.action)
    await button.handle(desk, incoming, *values)


async def _replied(desk: Desk, incoming: Incoming) -> None:
    if incoming.is_beside_confided:
        await inbox.replied(desk, incoming)
        return
    if await _said_again(desk, incoming) or await progress.replied_to_report(desk, incoming):
        return
    subject = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    if subject is not None and messages.kind_of(subject.subject) in REPLIES:
        await _answered(desk, incoming, subject)
    elif subject is not None and subject.subject == BOARD:
        # Only words that check in are an answer to it: all others are as if they replied to none.
        is_there = await presence.replied(desk, incoming, subject.subject_id)
        if incoming.is_private and not is_there:
            await _wrote(desk, incoming)
    elif incoming.is_private:
        await _wrote(desk, incoming)


async def _edited(desk: Desk, incoming: Incoming) -> None:
    """Words in a group that somebody changed: they matter only if they were written down."""
    await _said_again(desk, incoming)


async def _said_again(desk: Desk, incoming: Incoming) -> bool:
    for follow in (notebook.said_again, support.said_again, progress.said_again):
        if await follow(desk, incoming):
            return True
    return False


async def _answered(desk: Desk, incoming: Incoming, asked: MessageSubject) -> None:
    row = REPLIES[messages.kind_of(asked.subject)]
    await row.handle(desk, incoming, asked.subject_id)


async def _replied_wordless(desk: Desk, incoming: Incoming) -> None:
    """A sticker, a picture, a voice note as a reply: it matters only where something was asked."""
    if incoming.is_beside_confided:
        await inbox.replied(desk, incoming)
        return
    if await progress.said_again(desk, incoming):
        return
    subject = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    if subject is not None and subject.subject == CONVERSATION:
        await conversations.replied(desk, incoming, subject.subject_id)
    elif subject is not None and subject.subject in PICTURES and incoming.picture:
        await write_ups.pictured(desk, incoming, subject.subject_id)
    elif subject is not None and _is_reported(subject, incoming):
        await _answered(desk, incoming, subject)
    elif incoming.is_private:
        await _wrote(desk, incoming)
    elif subject is not None and messages.kind_of(subject.subject) in REPLIES:
        await general.wordless_reply(desk, incoming, subject)


def _is_reported(asked: MessageSubject, incoming: Incoming) -> bool:
    """Tell whether what was sent without words answers a question how an action goes."""
    return incoming.file is not None and messages.kind_of(asked.subject) in REPORTED


async def _wrote(desk: Desk, incoming: Incoming) -> None:
    """Something in private that replies to nothing: it answers what the bot asked last."""
    if await _said_again(desk, incoming):
        return
    asked = await messages.newest_question(desk.session, incoming.chat_id, list(REPLIES))
    if asked is not None and await _interrupts(desk, incoming, asked):
        await _answered(desk, replace(incoming, replies_to=asked.message_id), asked)
        return
    is_heard = await conversations.heard(desk, incoming) or await _noted(desk, incoming, asked)
    if is_heard or incoming.is_edit:
        return
    is_reported = asked is not None and _is_reported(asked, incoming)
    if incoming.wordless is not None and not is_reported:
        if not await write_ups.asked_about(desk, incoming):
            is_below = asked is not None and asked.subject == MINUTES
            is_asked = asked is not None and not is_below
            await general.wordless(desk, incoming, is_asked=is_asked, is_below_minutes=is_below)
        return
    if asked is None or incoming.is_command or not (incoming.text or is_reported):
        await general.unknown(desk, incoming)
        return
    if asked.subject == MINUTES:
        await minutes.overheard(desk, incoming, asked.subject_id)
        return
    await _answered(desk, replace(incoming, replies_to=asked.message_id), asked)


async def _noted(desk: Desk, incoming: Incoming, asked: MessageSubject | None) -> bool:
    """Take "agreed: …" for the command, while a meeting is open; False: it means none."""
    is_free = asked is None or messages.kind_of(asked.subject) in IN_A_WORD
    meant = await notebook.as_command(desk, incoming, is_free=is_free)
    if meant is not None:
        await _typed(next(row for row in COMMANDS if row.name == meant.command))(desk, meant)
    return meant is not None


async def _interrupts(desk: Desk, incoming: Incoming, asked: MessageSubject) -> bool:
    """Tell whether words answer a newer question than that of the open conversation.

    Those to a question that the person has just caused may be a correction of it; to any other
    only an answer counts: the rest of what they say belongs to the conversation.
    """
    if asked.subject == CONVERSATION or incoming.is_edit or not incoming.text:
        return False
    if messages.kind_of(asked.subject) == WORDS:
        return notebook.kind_in(incoming.text)[0] is None
    is_answer = renderer().answer_in(incoming.text) is not None
    if messages.kind_of(asked.subject) not in CORRECTED and not is_answer:
        return False
    return await messages.is_open(desk.session, asked)


async def _slipped(desk: Desk, incoming: Incoming) -> None:
    """A command with a blank behind its stroke, "/ agreed …": it is meant as the command."""
    name = names_of_commands().get(incoming.command.lower())
    if name is not None:
        await _typed(next(row for row in COMMANDS if row.name == name))(desk, incoming)
    elif incoming.is_private:
        await _wrote(desk, incoming)
    else:
        await _mistyped(desk, incoming)


async def _mistyped(desk: Desk, incoming: Incoming) -> None:
    """Help somebody who mistyped a command of ours; what is like none may be another bot's."""
    near = get_close_matches(incoming.command.lower(), names_of_commands(), n=1, cutoff=LIKENESS)
    if near:
        await _check_person(desk, incoming, Action.READ_HELP)
        await desk.reply(incoming, "general/did_you_mean.html", meant=near[0])


async def _not_for_us(_desk: Desk, _update: Update) -> None:
    """Look at what nobody else wanted: people talking to each other, kinds of update to come."""


def _fits(command: Command, incoming: Incoming) -> bool:
    """Tell whether a command is for this kind of chat."""
    return not (command.is_group_only if incoming.is_private else command.is_private_only)


def menu(language: str | None, *, is_private: bool) -> list[dict[str, str]]:
    """Return the menu of commands in the form of the Bot API (setMyCommands).

    It is a help to the memory, not a permission: everybody may see it.
    """
    spoken = language or renderer().catalogues.languages[0]
    shown = [
        row for row in COMMANDS if not (row.is_group_only if is_private else row.is_private_only)
    ]
    rows = [renderer().command(row.name, language=spoken) for row in shown]
    return [{"command": row.name, "description": row.description} for row in rows]
