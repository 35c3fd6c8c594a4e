"""Every command, button and reply, sent by everybody: who gets something done, and who does not.

Each is sent through the real intake, in a transaction that is undone afterwards.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from telegram import Update

from bot.botapi.client import BotApi
from bot.clock import VirtualClock
from bot.database import Database, Transaction
from bot.domain.agenda import Edit, ItemGone
from bot.domain.attendance import Answer
from bot.domain.calendar import EntryKind
from bot.domain.coalitions import Item as CoalitionItem
from bot.domain.dates import instant
from bot.domain.digests import NoSummary, WeekUnknown
from bot.domain.facilitation import CannotLead, Duty, NotYourTurn
from bot.domain.feedback import FeedbackForMembers, FeedbackState
from bot.domain.filing import Form
from bot.domain.groups import (
    CommandGone,
    GroupMissing,
    GroupOnly,
    PrivateOnly,
    QuestionOfAnother,
    Setting,
)
from bot.domain.guide import Subject
from bot.domain.inbox import Deed as InboxDeed
from bot.domain.invitations import InvitationOver
from bot.domain.members import AlreadyConfirmed, Deed, Item
from bot.domain.minutes import DeputyLater, MinutesState, ObjectionUnclear
from bot.domain.minutes import Edit as MinutesEdit
from bot.domain.motions import Ballot, MotionState, NotAVoter, PrivateChatMissing
from bot.domain.notebook import EntryKind as NoteKind
from bot.domain.notebook import EntryKind as Written
from bot.domain.notebook import NothingToUndo, NotYourEntry, OnlyIdeas
from bot.domain.plan import Edit as PointEdit
from bot.domain.plan import ListUnclear, NotTheirs, PointState, Sift, Tab
from bot.domain.preferences import MessageKind, Switch
from bot.domain.presence import How, Mark, NotHere
from bot.domain.progress import Answer as Report
from bot.domain.progress import NothingToReport, Part, ReportGone
from bot.domain.roles import ANONYMOUS_ADMIN, AnonymousAdmin, NotAllowed, Role, StrangerHere
from bot.domain.search import SearchGone
from bot.domain.series import MonthlyByWeekday
from bot.domain.sittings import AlreadyOpen, NotOpen, SittingState
from bot.domain.support import NotYourSupport, OfferLater, SupportUnclear
from bot.domain.taps import Verb
from bot.domain.write_ups import Fate
from bot.errors import BotError
from bot.flows.engine import CONVERSATION
from bot.flows.flow import NotYourQuestion, QuestionOver
from bot.flows.meetings import PLAN
from bot.handlers import BUTTONS, COMMANDS, REPLIES, feedback, names_of_commands
from bot.handlers.commands import WORDS
from bot.handlers.desk import Desk
from bot.handlers.feedback import Confidence, Sent
from bot.handlers.feedback_seen import Sight
from bot.handlers.incoming import of_update
from bot.intake.dispatch import Dispatcher
from bot.intake.take import Intake, RawUpdate
from bot.models import (
    ActionPlan,
    ActionPoint,
    CalendarEntry,
    Coalition,
    Conversation,
    Coordinator,
    Entry,
    FeedbackItem,
    Group,
    Meeting,
    Member,
    Membership,
    MessageSubject,
    Minutes,
    Motion,
    Objection,
    Organisation,
    Presence,
    Progress,
    Proposal,
    Search,
    Seat,
    Series,
    Sitting,
    SupportRequest,
    WaitingCommand,
    metadata,
)
from bot.outbox.directly import Directly
from bot.outbox.sender import Sender
from bot.rendering.messages import renderer
from bot.services import files, groups, reminders, standing
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
from bot.services.plan_posts import PLAN as ACTIONS
from bot.services.plan_posts import POINT
from bot.services.progress import CALLED, MORE_ASKED, WHICH
from bot.services.rolls import WAITING
from bot.services.support_posts import HOW, SUPPORT
from bot.services.turns import ASKED
from bot.services.write_ups import WRITE_UP
from bot.toolbox import Toolbox
from tests.keys import prepare
from tests.rendering.held import make_record

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
LAST_WEEK = date(2026, 11, 16).toordinal()
THAT_WEEK = date(2026, 11, 16)
QUARTER, MONDAY = 20264, date(2026, 11, 16).toordinal()
ZONE = "Africa/Nairobi"
ME: dict[str, Any] = {"id": 1000, "is_bot": True, "first_name": "Baraza", "username": "BarazaBot"}

PEOPLE = {
    "operator": 1,
    "backbone": 2,
    "lead": 3,
    "deputy": 4,
    "member": 5,
    "observer": 6,
    "pending": 7,
    "stranger": 8,
    "anonymous": ANONYMOUS_ADMIN,
}
WAITER, LASTING = 9, 10
"""Somebody in each group who waits to be confirmed, and somebody who was."""
WAJIR, ISIOLO, HANOI = -4001, -4002, -4003
"""The people's own group, another of their coalition, and one of another coalition."""

EITHER = ("lead", "stranger")
"""One who may do nearly everything, and one who may do nearly nothing."""
ALL = frozenset(PEOPLE) - {"anonymous"}
READERS = frozenset({"backbone", "lead", "deputy", "member", "observer", "pending"})
VOICES = frozenset({"lead", "deputy", "member", "pending"})
MANAGERS = frozenset({"backbone", "lead", "deputy"})
SHARERS = MANAGERS | {"member"}
OBJECTORS = frozenset({"lead", "deputy", "member"})
WITHOUT_SEAT = ALL - {"lead", "deputy", "member", "observer"}
"""Whoever is confirmed for an organisation already does not choose another."""
BACKBONE, OPERATOR, LEAD, ANONYMOUS = map(
    frozenset, (["backbone"], ["operator"], ["lead"], ["anonymous"])
)
SUMMARISED = frozenset({"backbone", "lead"})
CONFIDANTS = READERS - {"pending"}
"""Who may write in confidence: whoever belongs to the partnership."""
NOBODY: frozenset[str] = frozenset()

OWN_GROUP = {
    # In a group there is a neutral hint, whoever asks.
    "/feedback": NOBODY,
    "/answer": NOBODY,
    "[confide]": NOBODY,
    "[confide-all]": NOBODY,
    "[receipt]": NOBODY,
    "[receipt-hide]": NOBODY,
    "reply to point": READERS - {"observer"},
    "reply to plan": VOICES,
    "/actions": READERS | ANONYMOUS,
    "[plan]": READERS,
    "[point]": READERS,
    "[point-history]": READERS,
    "[point-shown]": READERS,
    "[point-state]": MANAGERS,
    "[point-edit]": MANAGERS,
    "[point-owner]": MANAGERS,
    "[walk]": MANAGERS,
    "[walk-state]": MANAGERS,
    "[point-undo]": LEAD,
    "reply to point-made": MANAGERS,
    "/update": READERS - {"observer"} | ANONYMOUS,
    "/calls": NOBODY,
    "/away": ALL | ANONYMOUS,
    "[progress]": SHARERS,
    "[about]": READERS - {"observer"},
    "[snooze]": READERS - {"observer"},
    "[meant]": LEAD,
    "[add-part]": LEAD,
    "[call]": MANAGERS,
    "reply to action-asked": READERS - {"observer"},
    # Several are asked about in private only.
    "reply to actions-asked": NOBODY,
    "reply to round-up": VOICES,
    "reply to report-of": VOICES,
    "reply to report-more": READERS - {"observer"},
    "reply to call": MANAGERS,
    # What a summary says is nothing to be said in a group.
    "/summary": NOBODY,
    "[sum-groups]": NOBODY,
    "[sum-group]": NOBODY,
    "[sum-all]": NOBODY,
    "[sum-week]": NOBODY,
    "[sum-weeks]": NOBODY,
    "[sum-time]": NOBODY,
    # What is reported is nothing to be said in a group.
    "/report": NOBODY,
    "[reports]": NOBODY,
    "[report-groups]": NOBODY,
    "[report-file]": NOBODY,
    "[workbook]": NOBODY,
    # What was written in confidence is nothing to be shown in a group.
    "/inbox": NOBODY,
    "[inbox]": NOBODY,
    "[inbox-item]": NOBODY,
    "[inbox-outcome]": NOBODY,
    "/vote": MANAGERS | ANONYMOUS,
    "[ballot]": VOICES - {"pending"},
    "[count]": MANAGERS,
    "[decide]": MANAGERS,
    "[review]": MANAGERS,
    "[voices]": MANAGERS,
    "[voice-of]": MANAGERS,
    "[say-for]": MANAGERS,
    "[raise]": READERS - {"observer"},
    "reply to motion": VOICES - {"pending"},
    "reply to motion-reservation": VOICES - {"pending"},
    "reply to words": LEAD,
    "reply to motion-voice": MANAGERS,
    "/open": MANAGERS | ANONYMOUS,
    "/item": MANAGERS | ANONYMOUS,
    "/agreed": MANAGERS | ANONYMOUS,
    "/action": MANAGERS | ANONYMOUS,
    "/note": MANAGERS | ANONYMOUS,
    "/idea": SHARERS | ANONYMOUS,
    "/needhelp": SHARERS | {"pending"} | ANONYMOUS,
    "/handover": SHARERS | ANONYMOUS,
    "[needed]": READERS,
    "/close": MANAGERS | ANONYMOUS,
    "/minutes": READERS | ANONYMOUS,
    "[carry]": READERS,
    "[open]": MANAGERS,
    "[next]": MANAGERS,
    "[check-in]": VOICES,
    "[board-side]": VOICES,
    "[finish]": MANAGERS,
    "[ask-close]": MANAGERS,
    "/find": READERS | ANONYMOUS,
    "/attendance": READERS | ANONYMOUS,
    "[leaf]": READERS,
    "[shares]": READERS,
    "[shares-picture]": MANAGERS,
    "[longer]": MANAGERS,
    "[reopen]": MANAGERS,
    "[fate]": MANAGERS,
    "[is-list]": MANAGERS,
    "[paper-list]": MANAGERS - {"deputy"},
    "[actions]": MANAGERS,
    "[finished]": MANAGERS,
    "/guest": MANAGERS | ANONYMOUS,
    "/came": MANAGERS | ANONYMOUS,
    "/left": MANAGERS | ANONYMOUS,
    "[board]": MANAGERS,
    # One is open there already: nobody opens another by tapping twice.
    "[open-now]": NOBODY,
    "[room]": MANAGERS,
    "[room-page]": MANAGERS,
    "[room-sure]": MANAGERS,
    "[seat]": MANAGERS,
    "[guest]": MANAGERS,
    "[guest-at]": MANAGERS,
    # Whoever is not there is told so, and the usual buttons are shown again.
    "[leave]": VOICES,
    "[serve]": VOICES - {"pending"},
    # Only whoever wrote something down takes it back, and here that is the lead.
    "/undo": LEAD | ANONYMOUS,
    "[undo]": LEAD,
    "[owner]": MANAGERS,
    "reply to entry": MANAGERS,
    # For two days a draft is the lead's: a deputy waits.
    "[approve]": MANAGERS - {"deputy"},
    "[draft]": MANAGERS - {"deputy"},
    "[wrong]": OBJECTORS,
    "[object]": OBJECTORS,
    "[talk]": OBJECTORS,
    "[settle]": MANAGERS,
    "[can-help]": OBJECTORS | {"observer"},
    "[cannot-help]": OBJECTORS | {"observer"},
    "[helped]": MANAGERS,
    "[no-help]": NOBODY,
    "reply to support": BACKBONE,
    "reply to support-how": OBJECTORS | {"observer"},
    "reply to minutes": OBJECTORS,
    "reply to minutes-draft": MANAGERS - {"deputy"},
    "reply to minutes-objection": NOBODY,
    "reply to minutes-wrong": OBJECTORS,
    "reply to write-up": MANAGERS,
    "/agenda": READERS | ANONYMOUS,
    "/additem": READERS - {"observer"} | ANONYMOUS,
    "/facilitator": READERS | ANONYMOUS,
    "[agenda]": MANAGERS,
    "[edit]": MANAGERS,
    "[usual]": MANAGERS,
    "[appoint]": MANAGERS,
    "[duty]": VOICES - {"pending"},
    "reply to agenda": READERS - {"observer"},
    # Under the list, it brings an item like any reply to an agenda; only leads change what is open.
    "reply to agenda-editor": READERS - {"observer"},
    "reply to turn-asked": VOICES - {"pending"},
    "reply to agenda-item": NOBODY,
    "[withdraw]": NOBODY,
    "[bring]": READERS - {"observer"},
    "/start": ALL,
    "/help": ALL | ANONYMOUS,
    "/when": READERS | ANONYMOUS,
    "/meeting": MANAGERS | ANONYMOUS,
    "/coalition": NOBODY,
    "/calendar": MANAGERS | ANONYMOUS,
    "/mute": ALL | ANONYMOUS,
    "/language": ALL | ANONYMOUS,
    "/setup": MANAGERS | OPERATOR | ANONYMOUS,
    "/cancel": ALL | ANONYMOUS,
    "[answer]": VOICES,
    "[confirm]": MANAGERS,
    "[discard]": MANAGERS,
    "[change]": MANAGERS,
    "[cancel]": MANAGERS,
    "[cancel-sure]": MANAGERS,
    "[close]": MANAGERS,
    "[language]": ALL,
    "[help]": ALL,
    "[set-up]": MANAGERS | OPERATOR,
    "[setting]": MANAGERS | OPERATOR,
    "[coalition]": NOBODY,
    "[team]": NOBODY,
    "[found]": NOBODY,
    "[join]": WITHOUT_SEAT,
    # The member is the prime of the organisation for which somebody waits.
    "[admit]": MANAGERS | {"member"},
    "[admit-office]": MANAGERS | {"member"},
    "[reject]": MANAGERS | {"member"},
    "[mute]": ALL,
    "[following]": MANAGERS,
    "[end]": MANAGERS,
    "[end-sure]": MANAGERS,
    "[file]": READERS,
    "[copy]": READERS,
    "[paper]": READERS,
    "[note]": MANAGERS,
    "[forget]": MANAGERS,
    "[flow]": LEAD,
    "[take-up]": READERS,
    "[choose-group]": LEAD,
    "[choose-meeting]": LEAD,
    "reply to meeting": VOICES,
    "reply to meeting-change": MANAGERS,
    "reply to proposal": MANAGERS,
    "reply to conversation": LEAD,
    "/group": READERS | ANONYMOUS,
    "[accept]": NOBODY,
    "[decline]": NOBODY,
    "[not-meant]": NOBODY,
    "[group]": READERS,
    "reply to invitation": NOBODY,
    "reply to waiting": MANAGERS | {"member"},
    "[people]": MANAGERS,
    "[person]": MANAGERS,
    "[deed]": frozenset({"backbone", "lead"}),
    "[reseat]": frozenset({"backbone", "lead"}),
    "[for]": MANAGERS | {"member"},
    "[said-for]": MANAGERS | {"member"},
}
"""Who gets something done with it in the chat of their own group.

An anonymous admin's command waits until somebody taps that it was them.
"""
SISTER_GROUP = {
    # In a group there is a neutral hint, whoever asks.
    "/feedback": NOBODY,
    "/answer": NOBODY,
    "[confide]": NOBODY,
    "[confide-all]": NOBODY,
    "[receipt]": NOBODY,
    "[receipt-hide]": NOBODY,
    "reply to point": BACKBONE,
    "reply to plan": NOBODY,
    "/actions": BACKBONE | ANONYMOUS,
    "[plan]": BACKBONE,
    "[point]": BACKBONE,
    "[point-history]": BACKBONE,
    "[point-shown]": BACKBONE,
    "[point-state]": BACKBONE,
    "[point-edit]": BACKBONE,
    "[point-owner]": BACKBONE,
    "[walk]": BACKBONE,
    "[walk-state]": BACKBONE,
    "[point-undo]": NOBODY,
    "reply to point-made": BACKBONE,
    "/update": BACKBONE | ANONYMOUS,
    "/calls": NOBODY,
    "/away": ALL | ANONYMOUS,
    "[progress]": BACKBONE,
    "[about]": BACKBONE,
    "[snooze]": BACKBONE,
    "[meant]": NOBODY,
    "[add-part]": NOBODY,
    "[call]": BACKBONE,
    "reply to action-asked": BACKBONE,
    # Several are asked about in private only.
    "reply to actions-asked": NOBODY,
    "reply to round-up": NOBODY,
    "reply to report-of": NOBODY,
    "reply to report-more": BACKBONE,
    "reply to call": BACKBONE,
    # What a summary says is nothing to be said in a group.
    "/summary": NOBODY,
    "[sum-groups]": NOBODY,
    "[sum-group]": NOBODY,
    "[sum-all]": NOBODY,
    "[sum-week]": NOBODY,
    "[sum-weeks]": NOBODY,
    "[sum-time]": NOBODY,
    # What is reported is nothing to be said in a group.
    "/report": NOBODY,
    "[reports]": NOBODY,
    "[report-groups]": NOBODY,
    "[report-file]": NOBODY,
    "[workbook]": NOBODY,
    # What was written in confidence is nothing to be shown in a group.
    "/inbox": NOBODY,
    "[inbox]": NOBODY,
    "[inbox-item]": NOBODY,
    "[inbox-outcome]": NOBODY,
    "/vote": BACKBONE | ANONYMOUS,
    "[ballot]": NOBODY,
    "[count]": BACKBONE,
    "[decide]": BACKBONE,
    "[review]": BACKBONE,
    "[voices]": BACKBONE,
    "[voice-of]": BACKBONE,
    "[say-for]": BACKBONE,
    "[raise]": BACKBONE,
    "reply to motion": NOBODY,
    "reply to motion-reservation": NOBODY,
    "reply to words": NOBODY,
    "reply to motion-voice": BACKBONE,
    "/open": BACKBONE | ANONYMOUS,
    "/item": BACKBONE | ANONYMOUS,
    "/agreed": BACKBONE | ANONYMOUS,
    "/action": BACKBONE | ANONYMOUS,
    "/note": BACKBONE | ANONYMOUS,
    "/idea": BACKBONE | ANONYMOUS,
    "/needhelp": BACKBONE | ANONYMOUS,
    "/handover": BACKBONE | ANONYMOUS,
    "[needed]": BACKBONE,
    "/close": BACKBONE | ANONYMOUS,
    "/minutes": BACKBONE | ANONYMOUS,
    "[carry]": BACKBONE,
    "[open]": BACKBONE,
    "[next]": BACKBONE,
    "[check-in]": NOBODY,
    "[board-side]": NOBODY,
    "[finish]": BACKBONE,
    "[ask-close]": BACKBONE,
    "/find": BACKBONE | ANONYMOUS,
    "/attendance": BACKBONE | ANONYMOUS,
    "[leaf]": BACKBONE,
    "[shares]": BACKBONE,
    "[shares-picture]": BACKBONE,
    "[longer]": BACKBONE,
    "[reopen]": BACKBONE,
    "[fate]": BACKBONE,
    "[is-list]": BACKBONE,
    "[paper-list]": BACKBONE,
    "[actions]": BACKBONE,
    "[finished]": BACKBONE,
    "/guest": BACKBONE | ANONYMOUS,
    "/came": BACKBONE | ANONYMOUS,
    "/left": BACKBONE | ANONYMOUS,
    "[board]": BACKBONE,
    "[open-now]": NOBODY,
    "[room]": BACKBONE,
    "[room-page]": BACKBONE,
    "[room-sure]": BACKBONE,
    "[seat]": BACKBONE,
    "[guest]": BACKBONE,
    "[guest-at]": BACKBONE,
    "[leave]": NOBODY,
    "[serve]": NOBODY,
    "[approve]": BACKBONE,
    "/undo": ANONYMOUS,
    "[undo]": NOBODY,
    "[owner]": BACKBONE,
    "reply to entry": BACKBONE,
    "[draft]": BACKBONE,
    "[wrong]": NOBODY,
    "[object]": NOBODY,
    "[talk]": NOBODY,
    "[settle]": BACKBONE,
    "[can-help]": NOBODY,
    "[cannot-help]": NOBODY,
    "[helped]": BACKBONE,
    "[no-help]": NOBODY,
    "reply to support": BACKBONE,
    "reply to support-how": NOBODY,
    "reply to minutes": NOBODY,
    "reply to minutes-draft": BACKBONE,
    "reply to minutes-objection": NOBODY,
    "reply to minutes-wrong": NOBODY,
    "reply to write-up": BACKBONE,
    "/agenda": BACKBONE | ANONYMOUS,
    "/additem": BACKBONE | ANONYMOUS,
    "/facilitator": BACKBONE | ANONYMOUS,
    "[agenda]": BACKBONE,
    "[edit]": BACKBONE,
    "[usual]": BACKBONE,
    "[appoint]": BACKBONE,
    "[duty]": NOBODY,
    "reply to agenda": BACKBONE,
    "reply to agenda-editor": BACKBONE,
    "reply to turn-asked": NOBODY,
    "reply to agenda-item": NOBODY,
    "[withdraw]": NOBODY,
    "[bring]": BACKBONE,
    "/start": ALL,
    "/help": ALL | ANONYMOUS,
    "/when": BACKBONE | ANONYMOUS,
    "/meeting": BACKBONE | ANONYMOUS,
    "/coalition": NOBODY,
    "/calendar": BACKBONE | ANONYMOUS,
    "/mute": ALL | ANONYMOUS,
    "/language": ALL | ANONYMOUS,
    "/setup": BACKBONE | OPERATOR | ANONYMOUS,
    "/cancel": ALL | ANONYMOUS,
    "[answer]": NOBODY,
    "[confirm]": BACKBONE,
    "[discard]": BACKBONE,
    "[change]": BACKBONE,
    "[cancel]": BACKBONE,
    "[cancel-sure]": BACKBONE,
    "[close]": BACKBONE,
    "[language]": ALL,
    "[help]": ALL,
    "[set-up]": BACKBONE | OPERATOR,
    "[setting]": BACKBONE | OPERATOR,
    "[coalition]": NOBODY,
    "[team]": NOBODY,
    "[found]": NOBODY,
    "[join]": ALL,
    "[admit]": BACKBONE,
    "[admit-office]": BACKBONE,
    "[reject]": BACKBONE,
    "[mute]": ALL,
    "[following]": BACKBONE,
    "[end]": BACKBONE,
    "[end-sure]": BACKBONE,
    "[file]": BACKBONE,
    "[copy]": BACKBONE,
    "[paper]": BACKBONE,
    "[note]": BACKBONE,
    "[forget]": BACKBONE,
    "[flow]": NOBODY,
    "[take-up]": BACKBONE,
    "[choose-group]": NOBODY,
    "[choose-meeting]": NOBODY,
    "reply to meeting": NOBODY,
    "reply to meeting-change": BACKBONE,
    "reply to proposal": BACKBONE,
    "reply to conversation": NOBODY,
    "/group": BACKBONE | ANONYMOUS,
    "[accept]": NOBODY,
    "[decline]": NOBODY,
    "[not-meant]": NOBODY,
    "[group]": BACKBONE,
    "reply to invitation": NOBODY,
    "reply to waiting": BACKBONE,
    "[people]": BACKBONE,
    "[person]": BACKBONE,
    "[deed]": BACKBONE,
    "[reseat]": BACKBONE,
    "[for]": BACKBONE,
    "[said-for]": BACKBONE,
}
"""The same in the chat of another group of their coalition."""
FOREIGN_GROUP = {
    # In a group there is a neutral hint, whoever asks.
    "/feedback": NOBODY,
    "/answer": NOBODY,
    "[confide]": NOBODY,
    "[confide-all]": NOBODY,
    "[receipt]": NOBODY,
    "[receipt-hide]": NOBODY,
    "reply to point": NOBODY,
    "reply to plan": NOBODY,
    "/actions": ANONYMOUS,
    "[plan]": NOBODY,
    "[point]": NOBODY,
    "[point-history]": NOBODY,
    "[point-shown]": NOBODY,
    "[point-state]": NOBODY,
    "[point-edit]": NOBODY,
    "[point-owner]": NOBODY,
    "[walk]": NOBODY,
    "[walk-state]": NOBODY,
    "[point-undo]": NOBODY,
    "reply to point-made": NOBODY,
    "/update": ANONYMOUS,
    "/calls": NOBODY,
    "/away": ALL | ANONYMOUS,
    "[progress]": NOBODY,
    "[about]": NOBODY,
    "[snooze]": NOBODY,
    "[meant]": NOBODY,
    "[add-part]": NOBODY,
    "[call]": NOBODY,
    "reply to action-asked": NOBODY,
    # Several are asked about in private only.
    "reply to actions-asked": NOBODY,
    "reply to round-up": NOBODY,
    "reply to report-of": NOBODY,
    "reply to report-more": NOBODY,
    "reply to call": NOBODY,
    # What a summary says is nothing to be said in a group.
    "/summary": NOBODY,
    "[sum-groups]": NOBODY,
    "[sum-group]": NOBODY,
    "[sum-all]": NOBODY,
    "[sum-week]": NOBODY,
    "[sum-weeks]": NOBODY,
    "[sum-time]": NOBODY,
    # What is reported is nothing to be said in a group.
    "/report": NOBODY,
    "[reports]": NOBODY,
    "[report-groups]": NOBODY,
    "[report-file]": NOBODY,
    "[workbook]": NOBODY,
    # What was written in confidence is nothing to be shown in a group.
    "/inbox": NOBODY,
    "[inbox]": NOBODY,
    "[inbox-item]": NOBODY,
    "[inbox-outcome]": NOBODY,
    "/vote": ANONYMOUS,
    "[ballot]": NOBODY,
    "[count]": NOBODY,
    "[decide]": NOBODY,
    "[review]": NOBODY,
    "[voices]": NOBODY,
    "[voice-of]": NOBODY,
    "[say-for]": NOBODY,
    "[raise]": NOBODY,
    "reply to motion": NOBODY,
    "reply to motion-reservation": NOBODY,
    "reply to words": NOBODY,
    "reply to motion-voice": NOBODY,
    "/open": ANONYMOUS,
    "/item": ANONYMOUS,
    "/agreed": ANONYMOUS,
    "/action": ANONYMOUS,
    "/note": ANONYMOUS,
    "/idea": ANONYMOUS,
    "/needhelp": ANONYMOUS,
    "/handover": ANONYMOUS,
    "[needed]": NOBODY,
    "/close": ANONYMOUS,
    "/minutes": ANONYMOUS,
    "[carry]": NOBODY,
    "[open]": NOBODY,
    "[next]": NOBODY,
    "[check-in]": NOBODY,
    "[board-side]": NOBODY,
    "[finish]": NOBODY,
    "[ask-close]": NOBODY,
    "/find": ANONYMOUS,
    "/attendance": ANONYMOUS,
    "[leaf]": NOBODY,
    "[shares]": NOBODY,
    "[shares-picture]": NOBODY,
    "[longer]": NOBODY,
    "[reopen]": NOBODY,
    "[fate]": NOBODY,
    "[is-list]": NOBODY,
    "[paper-list]": NOBODY,
    "[actions]": NOBODY,
    "[finished]": NOBODY,
    "/guest": ANONYMOUS,
    "/came": ANONYMOUS,
    "/left": ANONYMOUS,
    "[board]": NOBODY,
    "[open-now]": NOBODY,
    "[room]": NOBODY,
    "[room-page]": NOBODY,
    "[room-sure]": NOBODY,
    "[seat]": NOBODY,
    "[guest]": NOBODY,
    "[guest-at]": NOBODY,
    "[leave]": NOBODY,
    "[serve]": NOBODY,
    "[approve]": NOBODY,
    "/undo": ANONYMOUS,
    "[undo]": NOBODY,
    "[owner]": NOBODY,
    "reply to entry": NOBODY,
    "[draft]": NOBODY,
    "[wrong]": NOBODY,
    "[object]": NOBODY,
    "[talk]": NOBODY,
    "[settle]": NOBODY,
    "[can-help]": NOBODY,
    "[cannot-help]": NOBODY,
    "[helped]": NOBODY,
    "[no-help]": NOBODY,
    "reply to support": NOBODY,
    "reply to support-how": NOBODY,
    "reply to minutes": NOBODY,
    "reply to minutes-draft": NOBODY,
    "reply to minutes-objection": NOBODY,
    "reply to minutes-wrong": NOBODY,
    "reply to write-up": NOBODY,
    "/agenda": ANONYMOUS,
    "/additem": ANONYMOUS,
    "/facilitator": ANONYMOUS,
    "[agenda]": NOBODY,
    "[edit]": NOBODY,
    "[usual]": NOBODY,
    "[appoint]": NOBODY,
    "[duty]": NOBODY,
    "reply to agenda": NOBODY,
    "reply to agenda-editor": NOBODY,
    "reply to turn-asked": NOBODY,
    "reply to agenda-item": NOBODY,
    "[withdraw]": NOBODY,
    "[bring]": NOBODY,
    "/start": ALL,
    "/help": ALL | ANONYMOUS,
    "/when": ANONYMOUS,
    "/meeting": ANONYMOUS,
    "/coalition": NOBODY,
    "/calendar": ANONYMOUS,
    "/mute": ALL | ANONYMOUS,
    "/language": ALL | ANONYMOUS,
    "/setup": OPERATOR | ANONYMOUS,
    "/cancel": ALL | ANONYMOUS,
    "[answer]": NOBODY,
    "[confirm]": NOBODY,
    "[discard]": NOBODY,
    "[change]": NOBODY,
    "[cancel]": NOBODY,
    "[cancel-sure]": NOBODY,
    "[close]": NOBODY,
    "[language]": ALL,
    "[help]": ALL,
    "[set-up]": OPERATOR,
    "[setting]": OPERATOR,
    "[coalition]": NOBODY,
    "[team]": NOBODY,
    "[found]": NOBODY,
    "[join]": ALL,
    "[admit]": NOBODY,
    "[admit-office]": NOBODY,
    "[reject]": NOBODY,
    "[mute]": ALL,
    "[following]": NOBODY,
    "[end]": NOBODY,
    "[end-sure]": NOBODY,
    "[file]": NOBODY,
    "[copy]": NOBODY,
    "[paper]": NOBODY,
    "[note]": NOBODY,
    "[forget]": NOBODY,
    "[flow]": NOBODY,
    "[take-up]": NOBODY,
    "[choose-group]": NOBODY,
    "[choose-meeting]": NOBODY,
    "reply to meeting": NOBODY,
    "reply to meeting-change": NOBODY,
    "reply to proposal": NOBODY,
    "reply to conversation": NOBODY,
    "/group": ANONYMOUS,
    "[accept]": NOBODY,
    "[decline]": NOBODY,
    "[not-meant]": NOBODY,
    "[group]": NOBODY,
    "reply to invitation": NOBODY,
    "reply to waiting": NOBODY,
    "[people]": NOBODY,
    "[person]": NOBODY,
    "[deed]": NOBODY,
    "[reseat]": NOBODY,
    "[for]": NOBODY,
    "[said-for]": NOBODY,
}
"""The same in the chat of a group of another coalition."""
FORGED = {
    "[confide]": NOBODY,
    "[confide-all]": NOBODY,
    "[receipt]": NOBODY,
    "[receipt-hide]": NOBODY,
    "[plan]": NOBODY,
    "[point]": NOBODY,
    "[point-history]": NOBODY,
    "[point-shown]": NOBODY,
    "[point-state]": NOBODY,
    "[point-edit]": NOBODY,
    "[point-owner]": NOBODY,
    "[walk]": NOBODY,
    "[walk-state]": NOBODY,
    "[point-undo]": NOBODY,
    "[progress]": NOBODY,
    "[about]": NOBODY,
    "[snooze]": NOBODY,
    "[meant]": NOBODY,
    "[add-part]": NOBODY,
    "[call]": NOBODY,
    "[sum-groups]": NOBODY,
    "[sum-group]": NOBODY,
    "[sum-all]": NOBODY,
    "[sum-week]": NOBODY,
    "[sum-weeks]": NOBODY,
    "[sum-time]": NOBODY,
    "[reports]": NOBODY,
    "[report-groups]": NOBODY,
    "[report-file]": NOBODY,
    "[workbook]": NOBODY,
    "[inbox]": NOBODY,
    "[inbox-item]": NOBODY,
    "[inbox-outcome]": NOBODY,
    "[carry]": NOBODY,
    "[ballot]": NOBODY,
    "[count]": NOBODY,
    "[decide]": NOBODY,
    "[review]": NOBODY,
    "[voices]": NOBODY,
    "[voice-of]": NOBODY,
    "[say-for]": NOBODY,
    "[raise]": NOBODY,
    "[open]": NOBODY,
    "[next]": NOBODY,
    "[check-in]": NOBODY,
    "[board-side]": NOBODY,
    "[finish]": NOBODY,
    "[ask-close]": NOBODY,
    "[leaf]": NOBODY,
    "[shares]": NOBODY,
    "[shares-picture]": NOBODY,
    "[longer]": NOBODY,
    "[reopen]": NOBODY,
    "[fate]": NOBODY,
    "[is-list]": NOBODY,
    "[paper-list]": NOBODY,
    "[actions]": NOBODY,
    "[finished]": NOBODY,
    "[board]": NOBODY,
    "[open-now]": NOBODY,
    "[room]": NOBODY,
    "[room-page]": NOBODY,
    "[room-sure]": NOBODY,
    "[seat]": NOBODY,
    "[guest]": NOBODY,
    "[guest-at]": NOBODY,
    "[leave]": NOBODY,
    "[serve]": NOBODY,
    "[approve]": NOBODY,
    "[undo]": NOBODY,
    "[owner]": NOBODY,
    "[draft]": NOBODY,
    "[wrong]": NOBODY,
    "[object]": NOBODY,
    "[talk]": NOBODY,
    "[settle]": NOBODY,
    "[can-help]": NOBODY,
    "[cannot-help]": NOBODY,
    "[helped]": NOBODY,
    "[needed]": NOBODY,
    "[no-help]": NOBODY,
    "[agenda]": NOBODY,
    "[edit]": NOBODY,
    "[usual]": NOBODY,
    "[appoint]": NOBODY,
    "[withdraw]": NOBODY,
    "[bring]": NOBODY,
    "[duty]": NOBODY,
    "[answer]": NOBODY,
    "[confirm]": NOBODY,
    "[discard]": NOBODY,
    "[change]": NOBODY,
    "[cancel]": NOBODY,
    "[cancel-sure]": NOBODY,
    "[close]": NOBODY,
    "[language]": ALL,
    "[help]": ALL,
    "[set-up]": MANAGERS | OPERATOR,
    "[setting]": NOBODY,
    "[coalition]": NOBODY,
    "[team]": NOBODY,
    "[found]": NOBODY,
    "[join]": NOBODY,
    "[admit]": NOBODY,
    "[admit-office]": NOBODY,
    "[reject]": NOBODY,
    "[mute]": ALL,
    "[following]": NOBODY,
    "[end]": NOBODY,
    "[end-sure]": NOBODY,
    "[file]": NOBODY,
    "[copy]": NOBODY,
    "[paper]": NOBODY,
    "[note]": NOBODY,
    "[forget]": NOBODY,
    "[flow]": NOBODY,
    "[take-up]": NOBODY,
    "[choose-group]": NOBODY,
    "[choose-meeting]": NOBODY,
    "[accept]": NOBODY,
    "[decline]": NOBODY,
    "[not-meant]": NOBODY,
    "[group]": NOBODY,
    "[people]": NOBODY,
    "[person]": NOBODY,
    "[deed]": NOBODY,
    "[reseat]": NOBODY,
    "[for]": NOBODY,
    "[said-for]": NOBODY,
}
"""The same with the ids of that group, pressed in the chat of their own."""
PRIVATE = {
    "/feedback": CONFIDANTS,
    # Whoever has a receipt may ask for its answer; its button tells nobody else anything.
    "/answer": ALL,
    "[confide]": CONFIDANTS,
    "[confide-all]": CONFIDANTS,
    "[receipt]": ALL,
    "[receipt-hide]": ALL,
    "/actions": READERS,
    "/update": READERS - {"observer"},
    "/calls": MANAGERS,
    "/away": ALL,
    "/summary": SUMMARISED,
    "[sum-groups]": SUMMARISED,
    "[sum-group]": SUMMARISED,
    "[sum-all]": SUMMARISED,
    "[sum-week]": SUMMARISED,
    "[sum-weeks]": SUMMARISED,
    "[sum-time]": SUMMARISED,
    "/report": MANAGERS,
    "[reports]": MANAGERS,
    "[report-groups]": MANAGERS,
    "[report-file]": MANAGERS,
    "[workbook]": MANAGERS,
    "/inbox": BACKBONE,
    "[inbox]": BACKBONE,
    "[inbox-item]": BACKBONE,
    "[inbox-outcome]": BACKBONE,
    "/vote": MANAGERS,
    "/open": MANAGERS,
    "/item": MANAGERS,
    "/agreed": MANAGERS,
    "/action": MANAGERS,
    "/note": MANAGERS,
    "/idea": SHARERS,
    "/needhelp": SHARERS | {"pending"},
    "/handover": SHARERS,
    "/guest": MANAGERS,
    "/came": MANAGERS,
    "/left": MANAGERS,
    "/close": MANAGERS,
    "/minutes": READERS,
    # The backbone is asked in which of its two groups.
    "/undo": LEAD | BACKBONE,
    "/find": READERS,
    "/attendance": READERS,
    "[coalition]": OPERATOR | BACKBONE,
    "[team]": OPERATOR | BACKBONE,
    "[found]": OPERATOR,
    "/agenda": READERS,
    "/additem": READERS - {"observer"},
    "/facilitator": READERS,
    "/start": ALL,
    "/help": ALL,
    "/when": READERS,
    "/coalition": OPERATOR | BACKBONE,
    # Of the two groups of the backbone, it is asked which.
    "/meeting": MANAGERS,
    "/calendar": MANAGERS,
    "/mute": ALL,
    "/language": ALL,
    "/setup": NOBODY,
    "/cancel": ALL,
    "/group": READERS,
}
"""The same in private, where nobody is anonymous."""

REFUSALS = {
    ListUnclear,
    AlreadyOpen,
    DeputyLater,
    ObjectionUnclear,
    ItemGone,
    SearchGone,
    NotYourTurn,
    CannotLead,
    NotAllowed,
    NotTheirs,
    StrangerHere,
    AnonymousAdmin,
    AlreadyConfirmed,
    NotHere,
    NotOpen,
    NothingToUndo,
    NotYourEntry,
    OnlyIdeas,
    NotAVoter,
    NotYourSupport,
    NothingToReport,
    OfferLater,
    ReportGone,
    SupportUnclear,
    NotYourQuestion,
    QuestionOver,
    CommandGone,
    QuestionOfAnother,
    GroupMissing,
    GroupOnly,
    PrivateOnly,
    InvitationOver,
    NoSummary,
    PrivateChatMissing,
    WeekUnknown,
}
LEAVES_TRACES = {"update_mark_even", "update_mark_odd", "outbox"}
"""What a refusal may write: that the update was dealt with, and the words of the refusal."""

Rows = dict[str, frozenset[str]]


class _Undo(Exception):
    """What was done has been looked at."""


class Rehearsal(Database):
    """A database that lets everything happen, looks at it, and undoes it."""

    def __init__(self, url: str, before: Rows) -> None:
        super().__init__(url)
        self.before = before
        self.after: Rows = {}

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        transaction: Transaction | None = None
        with suppress(_Undo):
            async with super().begin() as transaction:
                yield transaction
                self.after = await snapshot(transaction.connection, self.before)
                raise _Undo
        assert transaction is not None
        for callback in transaction.callbacks:
            await callback()


TABLES = sorted(metadata.tables)
_WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relname = ANY($1) AND relnamespace = 'public'::regnamespace
    AND pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid) > 0
"""
"""The tables that this transaction has written to; what it took back of that counts, too."""


async def snapshot(connection: AsyncConnection, before: Rows | None = None) -> Rows:
    """Return all rows of all tables, each as the database writes it.

    After every update, so by way of the driver: SQLAlchemy would take ten times as long. A table
    that the transaction has not written to is as it was `before`.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if connection.dialect.name == "sqlite":
        execute = driver._connection.execute
        return {t: frozenset(map(repr, execute(f'SELECT * FROM "{t}"'))) for t in TABLES}
    named = TABLES
    if before is not None:
        named = [row["relname"] for row in await driver.fetch(_WRITTEN, TABLES)]
    asked = (f"SELECT '{t}' AS name, r::text AS row FROM \"{t}\" AS r" for t in sorted(named))
    found: dict[str, set[str]] = {t: set() for t in named}
    for row in await driver.fetch(" UNION ALL ".join(asked)):
        found[row["name"]].add(row["row"])
    return (before or {}) | {name: frozenset(rows) for name, rows in found.items()}


class Ears(BotApi):
    """Hears what a tap is answered, in place of Telegram."""

    def __init__(self) -> None:
        super().__init__(token="1:a", address="http://nowhere.invalid")
        self.toasts: list[str] = []
        self.confided: list[str] = []
        """What was done directly in a private chat: no row tells of it."""

    async def send_message(self, chat_id: int, text: str, **_: Any) -> int:
        if chat_id > 0:
            self.confided.append(text)
        return 1

    async def delete_message(self, chat_id: int, message_id: int) -> None:
        if chat_id > 0:
            self.confided.append(f"{message_id} is deleted")

    async def answer_callback(
        self, query_id: str, text: str | None = None, *, as_alert: bool = False
    ) -> None:
        self.toasts.append(text or "")


class Strict(Intake):
    """Takes updates, and lets fail what fails: an attempt that is undone would be made for ever."""

    async def _again(
        self, update: RawUpdate, error: BaseException, *, is_counted: bool = False
    ) -> None:
        raise error


@dataclass
class Stage:
    """The world, the intake, and what came of the last thing that was sent."""

    database: Rehearsal
    toolbox: Toolbox
    intake: Intake
    ears: Ears
    ids: dict[int, dict[str, int]]
    """By chat: the ids of what there is in its group."""
    before: Rows = field(default_factory=dict)
    refusal: BotError | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def send(self, update: dict[str, Any]) -> bool:
        """Send an update; True if something came of it. A refusal has to be harmless and kind."""
        self.refusal = None
        self.ears.toasts.clear()
        self.ears.confided.clear()
        # What is said in confidence is stored nowhere.
        self.database.after = self.before
        await self.intake.take([{"update_id": next(self.numbers), **update}])
        await self.toolbox.calls_are_over()
        after = self.database.after
        changed = {name for name, rows in after.items() if rows != self.before[name]}
        said = len(after["outbox"] - self.before["outbox"]) + len(self.ears.toasts)
        if isinstance(self.refusal, FeedbackForMembers):
            assert (changed, len(self.ears.confided)) == (set(), 1)
            return False
        if is_confided(update):
            assert changed == set()
            return bool(self.ears.confided)
        if self.refusal is None:
            return bool(said or self.ears.confided or changed - LEAVES_TRACES)
        assert type(self.refusal) in REFUSALS, self.refusal
        assert changed <= LEAVES_TRACES
        assert self.ears.confided == []
        assert self.before["outbox"] <= after["outbox"]
        # A stranger is also offered the choice of organisation.
        assert said in ({1, 2} if isinstance(self.refusal, StrangerHere) else {1})
        assert all(self.ears.toasts)
        return False


def is_confided(update: dict[str, Any]) -> bool:
    """Tell whether this is a command or a button of what is written in confidence."""
    tap, typed = update.get("callback_query"), update.get("message")
    if tap is not None:
        return tap["data"].partition(":")[0] in feedback.VERBS
    name = typed["text"].removeprefix("/").partition(" ")[0] if typed else ""
    return names_of_commands().get(name) in {"feedback", "answer"}


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    clock = VirtualClock(NOW)
    plain = Database(database_url)
    ids = await plain.run(populate)
    keys = await prepare(plain, NOW)
    async with plain.begin() as transaction:
        before = await snapshot(transaction.connection)
    await plain.close()
    database, ears = Rehearsal(database_url, before), Ears()
    sender = Sender(
        database,
        ears,
        clock,
        migrated=groups.migrate,
        silenced=reminders.own_up,
        closed=standing.lost,
        topic_lost=standing.topic_lost,
        made=files.make,
    )
    toolbox = Toolbox(database, clock, ears, sender, keys, Directly(clock))
    dispatcher = Dispatcher(token="1:a", me=ME)
    await dispatcher.open()
    sight = Sight(bot_id=1000, bot_name="BarazaBot", commands=names_of_commands())
    confidence = Confidence(toolbox, sight, answered=REPLIES)
    intake = Strict(toolbox, dispatcher, confidence)
    stage = Stage(database, toolbox, intake, ears, ids, before)
    explain, explain_directly = dispatcher.explain, confidence._explain

    async def note(desk: Desk, update: dict[str, Any], refusal: BotError) -> None:
        stage.refusal = refusal
        await explain(desk, update, refusal)

    async def note_directly(sent: Sent, refusal: BotError) -> None:
        stage.refusal = refusal
        await explain_directly(sent, refusal)

    dispatcher.explain = note  # type: ignore[method-assign] # it only listens
    confidence._explain = note_directly  # type: ignore[method-assign] # as above
    yield stage
    await database.close()


async def populate(session: AsyncSession) -> dict[int, dict[str, int]]:
    """Store two coalitions; everybody has their role in Wajir, and none elsewhere."""
    drought, air = (
        Coalition(name=name, feedback=FeedbackState.OPEN, contact="Sister Asha")
        for name in ("Drought", "Clean air")
    )
    people = {
        name: Member(
            telegram_id=number,
            name=name,
            is_operator=name == "operator",
            # They have written in private before: even a refused command shows that they do.
            has_started=True,
        )
        for name, number in {**PEOPLE, "waiting": WAITER, "lasting": LASTING}.items()
        if name not in {"stranger", "anonymous"}
    }
    session.add_all([drought, air, *people.values()])
    await session.flush()
    for coordinator in (people["backbone"], people["lasting"]):
        session.add(Coordinator(coalition_id=drought.id or 0, member_id=coordinator.id or 0))
    ids = {
        chat: await group_with_meeting(
            session, chat, coalition.id or 0, people["waiting"], people["lasting"]
        )
        for chat, coalition in ((WAJIR, drought), (ISIOLO, drought), (HANOI, air))
    }
    for name in ("lead", "deputy", "member", "observer", "pending"):
        session.add(
            Membership(
                group_id=ids[WAJIR]["group"],
                member_id=people[name].id or 0,
                organisation_id=ids[WAJIR]["organisation"],
                role=Role.MEMBER if name == "pending" else Role(name),
                is_confirmed=name != "pending",
            )
        )
    return ids


def waiting_command(number: int, chat: int, until: datetime, **changes: Any) -> WaitingCommand:
    facts = {"chat_id": chat, "message_id": 76, "command": "when", "text": "", **changes}
    return WaitingCommand(id=number, expires_at=until, **facts)


async def group_with_meeting(
    session: AsyncSession, chat: int, coalition_id: int, waiting: Member, lasting: Member
) -> dict[str, int]:
    """Store a group with a meeting, a plan that waits for its tap, and somebody who waits."""
    group = Group(
        coalition_id=coalition_id, name=f"{chat}", zone=ZONE, languages=["en"], chat_id=chat
    )
    organisation = Organisation(coalition_id=coalition_id, name=f"Partner of {chat}")
    session.add_all([group, organisation])
    await session.flush()
    starts = datetime(2026, 12, 3, 10)
    ends = starts + timedelta(hours=2)
    ids = {
        "coalition": coalition_id,
        "group": group.id or 0,
        "organisation": organisation.id or 0,
    }
    meeting = Meeting(
        group_id=ids["group"],
        wall_start=starts,
        wall_end=ends,
        zone=ZONE,
        starts_at=instant(starts, ZONE),
        ends_at=instant(ends, ZONE),
        place="Hall",
    )
    proposal = Proposal(
        group_id=ids["group"],
        wall_start=starts,
        wall_end=ends,
        place="Hall",
        expires_at=NOW + timedelta(hours=1),
    )
    conversation = Conversation(
        id=-chat,
        chat_id=chat,
        person_id=PEOPLE["lead"],
        group_id=ids["group"],
        flow=PLAN.name,
        flow_version=PLAN.version,
        step="link",
        state={"starts": starts.isoformat()},
        expires_at=NOW + timedelta(hours=1),
    )
    series = Series(
        group_id=ids["group"],
        rule=MonthlyByWeekday(1, 1, 3).rule,
        starts=starts.time(),
        minutes=120,
        zone=ZONE,
        starts_on=starts.date(),
    )
    session.add(series)
    await session.flush()
    monthly = Meeting(
        group_id=ids["group"],
        wall_start=starts,
        wall_end=ends,
        zone=ZONE,
        starts_at=instant(starts, ZONE),
        ends_at=instant(ends, ZONE),
        place="Hall",
        series_id=series.id,
        original_start=starts,
    )
    session.add(monthly)
    await session.flush()
    change = Proposal(
        group_id=ids["group"],
        meeting_id=monthly.id,
        meeting_version=1,
        wall_start=starts + timedelta(days=1),
        wall_end=ends + timedelta(days=1),
        place="Hall",
        expires_at=NOW + timedelta(hours=1),
    )
    session.add(change)
    entry = CalendarEntry(group_id=ids["group"], label="market day", weekdays="2")
    until = NOW + timedelta(hours=1)
    session.add_all(
        [
            meeting,
            proposal,
            conversation,
            waiting_command(-10 * chat, chat, until),
            waiting_command(-10 * chat + 1, chat, until, asked_by=PEOPLE["lead"]),
            entry,
            Seat(group_id=ids["group"], organisation_id=ids["organisation"]),
            Membership(
                group_id=ids["group"],
                member_id=waiting.id or 0,
                organisation_id=ids["organisation"],
            ),
            Membership(
                group_id=ids["group"],
                member_id=lasting.id or 0,
                organisation_id=ids["organisation"],
                is_alternate=True,
                is_confirmed=True,
            ),
        ]
    )
    await session.flush()
    ids |= await sittings(session, ids["group"], lasting.id or 0)
    ids |= await reports(session, ids["group"], ids["organisation"])
    ids["note"] = await action(session, ids["group"], ids["held"])
    ids["point"] = await point(session, group)
    ids |= await motions(session, ids["group"], ids["held"])
    ids["support"] = await support(session, ids["group"], coalition_id, lasting.id or 0)
    about = {
        ENTRY: ids["note"],
        MADE: ids["point"],
        POINT: ids["task"],
        ACTIONS: ids["group"],
        **dict.fromkeys((MOTION, RESERVATION, VOICE), ids["motion"]),
        MINUTES: ids["out"],
        WRITE_UP: ids["due"],
        DRAFT: ids["over"],
        OBJECTION: ids["objection"],
        WRONG: ids["out"],
        **dict.fromkeys((SUPPORT, HOW), ids["support"]),
        CONVERSATION: conversation.id,
        WAITING: waiting.id or 0,
        PROPOSAL: proposal.id or 0,
        ABOUT_ACTION: ids["task"],
        ROUND_UP: ids["group"],
        WHICH: ids["unsorted"],
        MORE_ASKED: ids["told"],
        CALLED: ids["organisation"],
        WORDS: ids["held"],
    }
    asked = await session.scalar(
        select(col(Member.id)).where(col(Member.telegram_id) == PEOPLE["lead"])
    )
    for message_id, subject in SUBJECTS.items():
        session.add(
            MessageSubject(
                chat_id=chat,
                message_id=message_id,
                kind="question",
                subject={
                    WAITING: f"{WAITING}:{ids['group']}",
                    VOICE: f"{VOICE}:{ids['organisation']}",
                    CALLED: f"{CALLED}:{ids['group']}",
                    WORDS: f"{WORDS}:{asked}:note",
                }.get(subject, subject),
                subject_id=about.get(subject, meeting.id or 0),
                subject_version=ids["organisation"] if subject == WAITING else 1,
                drop_at=NOW + timedelta(days=9),
            )
        )
    item = FeedbackItem(
        id=-chat, coalition_id=coalition_id, week=THAT_WEEK, words="Late", receipt=b"0" * 16
    )
    session.add(item)
    search = Search(chat_id=chat, said="water", expires_at=NOW + timedelta(hours=1))
    session.add(search)
    await session.flush()
    return ids | {
        "feedback": item.id,
        "search": search.id or 0,
        "meeting": meeting.id or 0,
        "proposal": proposal.id or 0,
        "conversation": conversation.id,
        "waiting_command": -10 * chat,
        "entry": entry.id or 0,
        "monthly": monthly.id or 0,
        "change": change.id or 0,
        "waiting": waiting.id or 0,
        "lasting": lasting.id or 0,
    }


async def support(session: AsyncSession, group_id: int, coalition_id: int, member_id: int) -> int:
    """Store a call for support of a member, for another organisation; return its number."""
    organisation = Organisation(coalition_id=coalition_id, name=f"Needy of {group_id}")
    session.add(organisation)
    await session.flush()
    request = SupportRequest(
        group_id=group_id,
        organisation_id=organisation.id,
        member_id=member_id,
        text="A water engineer",
        at=NOW,
    )
    session.add(request)
    await session.flush()
    return request.id or 0


async def motions(session: AsyncSession, group_id: int, meeting_id: int) -> dict[str, int]:
    """Store what a meeting votes on, has counted and has decided; return the ids."""
    states = {
        "motion": MotionState.OPEN,
        "counted": MotionState.COUNTED,
        "carried": MotionState.CARRIED,
    }
    rows = {
        name: Motion(meeting_id=meeting_id, text="Trucks", state=state, opened_at=NOW)
        for name, state in states.items()
    }
    session.add_all(rows.values())
    await session.flush()
    decision = Entry(
        group_id=group_id,
        meeting_id=meeting_id,
        kind=NoteKind.AGREED,
        text="Trucks",
        written_at=NOW,
        motion_id=rows["carried"].id,
    )
    session.add(decision)
    await session.flush()
    return {name: row.id or 0 for name, row in rows.items()} | {"decision": decision.id or 0}


async def sittings(session: AsyncSession, group_id: int, by: int) -> dict[str, int]:
    """Store meetings: to be opened, open, with a draft of minutes, and with minutes that are out.

    To those that are out, the member `by` has objected.
    """
    found = {}
    for name, ago in {"due": 0, "held": 1, "over": 24, "out": 48}.items():
        starts = NOW - timedelta(hours=ago)
        wall = starts.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
        meeting = Meeting(
            group_id=group_id,
            wall_start=wall,
            wall_end=wall + timedelta(hours=2),
            zone=ZONE,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            place="Hall",
        )
        session.add(meeting)
        await session.flush()
        found[name] = meeting.id or 0
        if name != "due":
            is_open = name == "held"
            session.add(
                Sitting(
                    meeting_id=found[name],
                    state=SittingState.OPEN if is_open else SittingState.CLOSED,
                    opened_at=starts,
                    closed_at=None if is_open else starts + timedelta(hours=2),
                    last_activity_at=starts,
                )
            )
    guest = Presence(meeting_id=found["held"], name="Mr Ali", arrived_at=NOW)
    session.add(guest)
    await session.flush()
    found["guest"] = guest.id or 0
    session.add(Minutes(meeting_id=found["over"], group_id=group_id, serial=1, drafted_at=NOW))
    action = Entry(
        group_id=group_id,
        meeting_id=found["over"],
        kind=Written.ACTION,
        text="Repair the borehole",
        written_at=NOW,
    )
    out = Minutes(
        meeting_id=found["out"],
        group_id=group_id,
        serial=2,
        state=MinutesState.PUBLISHED,
        drafted_at=NOW,
        published_at=NOW,
    )
    out.fix(make_record("Wajir"))
    objection = Objection(
        meeting_id=found["out"], version=1, member_id=by, text="Thrice", said_at=NOW
    )
    session.add_all([action, out, objection])
    await session.flush()
    return found | {"action": action.id or 0, "objection": objection.id or 0}


async def action(session: AsyncSession, group_id: int, meeting_id: int) -> int:
    """Store an action that the lead wrote down."""
    lead = await session.scalar(
        select(col(Member.id)).where(col(Member.telegram_id) == PEOPLE["lead"])
    )
    entry = Entry(
        group_id=group_id,
        meeting_id=meeting_id,
        kind=NoteKind.ACTION,
        text="Repair the borehole",
        written_by=lead,
        written_at=NOW,
    )
    session.add(entry)
    await session.flush()
    return entry.id or 0


async def point(session: AsyncSession, group: Group) -> int:
    """Store an action that the lead wrote down outside a meeting."""
    lead = await session.scalar(
        select(col(Member.id)).where(col(Member.telegram_id) == PEOPLE["lead"])
    )
    row = ActionPoint(
        group_id=group.id or 0,
        number=2,
        text="Count the goats",
        made_at=NOW - timedelta(days=90),
        made_by=lead,
        source_chat_id=group.chat_id,
        source_message_id=9,
    )
    session.add(row)
    await session.flush()
    return row.id or 0


async def reports(session: AsyncSession, group_id: int, organisation_id: int) -> dict[str, int]:
    """Store an action, a report of the lead, and one of which nobody knows what it is about."""
    lead = await session.scalar(
        select(col(Member.id)).where(col(Member.telegram_id) == PEOPLE["lead"])
    )
    session.add(ActionPlan(group_id=group_id, last_number=2))
    task = ActionPoint(
        group_id=group_id,
        number=1,
        text="Repair the borehole",
        organisation_id=organisation_id,
        made_at=NOW,
    )
    session.add(task)
    await session.flush()
    told = Progress(point_id=task.id, group_id=group_id, member_id=lead, at=NOW, progress="Half")
    unsorted = Progress(group_id=group_id, member_id=lead, at=NOW, progress="Half")
    session.add_all([told, unsorted])
    await session.flush()
    return {"task": task.id or 0, "told": told.id or 0, "unsorted": unsorted.id or 0}


SUBJECTS = dict(
    enumerate(
        (
            *(AGENDA, EDITOR, ITEM, MEETING, CHANGE, PROPOSAL, CONVERSATION, INVITATION, WAITING),
            *(ASKED, ENTRY, MOTION, RESERVATION, VOICE, MINUTES, DRAFT, OBJECTION, WRONG),
            WRITE_UP,
            *(SUPPORT, HOW),
            *(MADE, POINT, ACTIONS),
            *(ABOUT_ACTION, TOGETHER, ROUND_UP, WHICH, MORE_ASKED, CALLED),
            WORDS,
        ),
        start=501,
    )
)
"""By number: the messages in each chat that can be replied to."""
REPLY = {
    AGENDA: "Water trucks, 20 min",
    EDITOR: "Water trucks, 20 min",
    ITEM: "withdraw",
    ASKED: "yes",
    ENTRY: "Friday",
    MEETING: "yes",
    CHANGE: "10 Dec 10:00",
    PROPOSAL: "yes",
    CONVERSATION: "0700 123 456",
    INVITATION: "yes",
    WAITING: "yes",
    MOTION: "reservation: too far",
    RESERVATION: "Too far",
    VOICE: "Too far",
    WORDS: "The road is dry",
    MINUTES: "That is wrong: it was thrice",
    DRAFT: "1: Water trucks come on Tuesday",
    OBJECTION: "It was twice",
    WRONG: "It was thrice",
    WRITE_UP: "not held",
    SUPPORT: "An engineer comes on Monday",
    HOW: "An engineer comes on Monday",
    MADE: "Friday",
    **dict.fromkeys((POINT, ACTIONS), "Half of it is there"),
    **dict.fromkeys(
        (ABOUT_ACTION, TOGETHER, ROUND_UP, WHICH, MORE_ASKED, CALLED), "Half of it is there"
    ),
}
BEHIND = {
    "guest": "Mr Ali, County Commissioner",
    "came": "Mr Ali",
    "left": "Mr Ali",
    **dict.fromkeys(
        ("agreed", "action", "note", "idea", "needhelp"), "Water trucks come on Monday"
    ),
    "vote": "Water trucks come on Monday",
    "additem": "Water trucks, 20 min",
    "find": "water",
    "update": "1 half of it is there",
    "away": "until 16 Dec",
    "meeting": "3 Dec 10:00 County Hall",
    "calendar": "Friday 12-14 prayer",
    "setup": f"Wajir; {ZONE}; en",
    "answer": "12345 67894",
}
"""What stands behind a command."""
CARRIED: dict[Verb, Callable[[dict[str, int]], list[object]]] = {
    Verb.ANSWER: lambda ids: [ids["meeting"], Answer.COMING],
    Verb.OPEN: lambda ids: [ids["due"]],
    Verb.NEXT: lambda ids: [ids["held"], 0],
    Verb.CHECK_IN: lambda ids: [ids["held"], How.HERE],
    Verb.FINISH: lambda ids: [ids["held"]],
    Verb.ASK_CLOSE: lambda ids: [ids["held"]],
    **dict.fromkeys((Verb.BOARD, Verb.ROOM, Verb.ROOM_SURE), lambda ids: [ids["held"]]),
    Verb.OPEN_NOW: lambda ids: [ids["group"]],
    Verb.LEAVE: lambda ids: [ids["held"]],
    Verb.BOARD_SIDE: lambda ids: [ids["held"], 1],
    Verb.SERVE: lambda ids: [ids["held"], Duty.NOTES],
    Verb.ROOM_PAGE: lambda ids: [ids["held"], 0, 1],
    Verb.SEAT: lambda ids: [ids["held"], ids["organisation"], Mark.HERE],
    Verb.GUEST: lambda ids: [ids["held"]],
    Verb.GUEST_AT: lambda ids: [ids["guest"], Mark.LEFT],
    Verb.APPROVE: lambda ids: [ids["over"], 1],
    Verb.LEAF: lambda ids: [ids["search"], 1],
    Verb.SHARES: lambda ids: [ids["group"], 0],
    Verb.SHARES_PICTURE: lambda ids: [ids["group"]],
    Verb.REOPEN: lambda ids: [ids["over"]],
    Verb.LONGER: lambda ids: [ids["held"], 1],
    Verb.FATE: lambda ids: [ids["due"], Fate.NOT_HELD],
    Verb.PAPER_LIST: lambda ids: [ids["over"]],
    Verb.IS_LIST: lambda ids: [ids["due"]],
    Verb.ACTIONS: lambda ids: [ids["over"]],
    Verb.FINISHED: lambda ids: [ids["point"], 1],
    Verb.PLAN: lambda ids: [ids["group"], Tab.ALL, Sift.ANY, 0, 0],
    **dict.fromkeys(
        (Verb.POINT, Verb.POINT_HISTORY, Verb.POINT_SHOWN, Verb.POINT_UNDO),
        lambda ids: [ids["point"]],
    ),
    Verb.POINT_STATE: lambda ids: [ids["point"], PointState.DONE],
    Verb.POINT_EDIT: lambda ids: [ids["point"], PointEdit.DUE, 0],
    Verb.POINT_OWNER: lambda ids: [ids["point"], 0, ids["organisation"]],
    Verb.WALK: lambda ids: [ids["held"], 0],
    Verb.WALK_STATE: lambda ids: [ids["held"], ids["point"], PointState.DONE],
    Verb.CARRY: lambda ids: [ids["out"], 1, Form.PDF],
    Verb.PROGRESS: lambda ids: [ids["task"], Report.GOING],
    Verb.ABOUT: lambda ids: [ids["task"]],
    Verb.SNOOZE: lambda ids: [ids["task"], 3],
    Verb.MEANT: lambda ids: [ids["unsorted"], ids["task"]],
    Verb.ADD_PART: lambda ids: [ids["told"], Part.CHALLENGES],
    Verb.CALL: lambda ids: [ids["group"], ids["organisation"]],
    Verb.UNDO: lambda ids: [ids["note"]],
    Verb.OWNER: lambda ids: [ids["note"], 0, ids["organisation"]],
    Verb.BALLOT: lambda ids: [ids["motion"], Ballot.YES],
    **dict.fromkeys((Verb.COUNT, Verb.VOICES), lambda ids: [ids["motion"]]),
    Verb.DECIDE: lambda ids: [ids["counted"], MotionState.LOST],
    Verb.REVIEW: lambda ids: [ids["carried"], 3],
    Verb.VOICE_OF: lambda ids: [ids["motion"], ids["organisation"]],
    Verb.SAY_FOR: lambda ids: [ids["motion"], ids["organisation"], Ballot.YES],
    Verb.RAISE: lambda ids: [ids["decision"]],
    Verb.APPROVE: lambda ids: [ids["over"], 1, 1],
    Verb.DRAFT: lambda ids: [ids["over"], 1, 1, MinutesEdit.RIGHT, 0, 0],
    Verb.WRONG: lambda ids: [ids["out"]],
    **dict.fromkeys((Verb.OBJECT, Verb.TALK), lambda ids: [ids["out"]]),
    Verb.SETTLE: lambda ids: [ids["objection"], "correct"],
    **dict.fromkeys((Verb.CAN_HELP, Verb.HELPED, Verb.NO_HELP), lambda ids: [ids["support"]]),
    Verb.NEEDED: lambda ids: [ids["group"]],
    Verb.CANNOT_HELP: lambda ids: [ids["support"]],
    Verb.SUMMARY_GROUPS: lambda ids: [ids["coalition"], LAST_WEEK, 0],
    Verb.SUMMARY_GROUP: lambda ids: [ids["group"], LAST_WEEK],
    Verb.SUMMARY_ALL: lambda ids: [ids["coalition"], LAST_WEEK],
    Verb.SUMMARY_WEEK: lambda ids: [ids["coalition"], LAST_WEEK],
    Verb.SUMMARY_WEEKS: lambda ids: [ids["coalition"], 0, LAST_WEEK],
    Verb.SUMMARY_TIME: lambda _: [],
    Verb.REPORTS: lambda ids: [ids["coalition"], ids["group"], QUARTER],
    Verb.REPORT_GROUPS: lambda ids: [ids["coalition"], QUARTER, 0],
    Verb.REPORT_FILE: lambda ids: ["plan", "pdf", ids["coalition"], ids["group"], QUARTER],
    Verb.WORKBOOK: lambda ids: [ids["coalition"], ids["group"], MONDAY],
    Verb.INBOX: lambda ids: [ids["coalition"], 0],
    Verb.INBOX_ITEM: lambda ids: [ids["feedback"], InboxDeed.SHOW],
    Verb.INBOX_OUTCOME: lambda ids: [ids["coalition"]],
    Verb.AGENDA: lambda ids: [ids["meeting"]],
    Verb.EDIT: lambda ids: [ids["meeting"], 1, Edit.ALL, 0, 0],
    Verb.DUTY: lambda ids: [ids["meeting"], "take"],
    # Only whoever brought an item takes it back, and nobody here did.
    Verb.WITHDRAW: lambda _: [4711],
    Verb.USUAL: lambda ids: [ids["meeting"]],
    Verb.BRING: lambda ids: [ids["meeting"]],
    Verb.APPOINT: lambda ids: [ids["meeting"], ids["organisation"]],
    Verb.CONFIRM: lambda ids: [ids["proposal"]],
    Verb.DISCARD: lambda ids: [ids["proposal"]],
    Verb.CHANGE: lambda ids: [ids["meeting"]],
    **dict.fromkeys((Verb.CANCEL, Verb.CANCEL_SURE), lambda ids: [ids["meeting"], 1]),
    Verb.CLOSE: lambda ids: [ids["meeting"]],
    Verb.JOIN: lambda ids: [ids["group"], ids["organisation"]],
    **dict.fromkeys(
        (Verb.ADMIT, Verb.ADMIT_OFFICE, Verb.REJECT),
        lambda ids: [ids["group"], ids["waiting"], ids["organisation"]],
    ),
    Verb.LANGUAGE: lambda _: ["en"],
    Verb.HELP: lambda _: [Subject.MEETINGS],
    Verb.MUTE: lambda _: [MessageKind.QUESTIONS, Switch.OFF],
    Verb.FOLLOWING: lambda ids: [ids["change"]],
    **dict.fromkeys((Verb.END, Verb.END_SURE), lambda ids: [ids["monthly"], 1]),
    Verb.FILE: lambda ids: [ids["meeting"]],
    Verb.COPY: lambda ids: [ids["meeting"]],
    Verb.PAPER: lambda ids: [ids["meeting"]],
    # Nobody here has opened the link, whatever number a button bears.
    **dict.fromkeys((Verb.ACCEPT, Verb.DECLINE, Verb.NOT_MEANT), lambda _: [4711]),
    Verb.FOR: lambda ids: [ids["meeting"], ids["organisation"]],
    Verb.SAID_FOR: lambda ids: [ids["meeting"], ids["organisation"], Answer.COMING],
    Verb.PEOPLE: lambda ids: [ids["group"], 0],
    Verb.PERSON: lambda ids: [ids["group"], ids["waiting"]],
    Verb.DEED: lambda ids: [ids["group"], ids["lasting"], Deed.DEPUTY],
    Verb.RESEAT: lambda ids: [ids["group"], ids["lasting"], ids["organisation"]],
    Verb.GROUP: lambda ids: [ids["group"], Item.MENU],
    Verb.NOTE: lambda ids: [ids["group"], EntryKind.OTHER],
    Verb.FORGET: lambda ids: [ids["entry"]],
    **dict.fromkeys((Verb.SET_UP, Verb.FOUND), lambda _: []),
    Verb.SETTING: lambda ids: [ids["group"], Setting.NAME],
    Verb.CONFIDE: lambda ids: [ids["coalition"], ids["group"]],
    Verb.CONFIDE_ALL: lambda ids: [ids["coalition"]],
    Verb.RECEIPT: lambda _: [1, "0" * 16],
    Verb.RECEIPT_HIDE: lambda _: [],
    Verb.TEAM: lambda ids: [ids["coalition"], ids["lasting"], Deed.REMOVE],
    Verb.COALITION: lambda ids: [ids["coalition"], CoalitionItem.NAME],
    Verb.TAKE_UP: lambda ids: [ids["waiting_command"]],
    Verb.CHOOSE_GROUP: lambda ids: [ids["waiting_command"] + 1, ids["group"]],
    Verb.CHOOSE_MEETING: lambda ids: [ids["waiting_command"] + 1, ids["held"]],
    Verb.FLOW: lambda ids: [ids["conversation"], 1, ">"],
}
"""What a button carries besides its verb."""


def chat_object(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private" if chat > 0 else "group", "title": "Chat"}


def message(person: str, chat: int, text: str, **more: Any) -> dict[str, Any]:
    sender = {"id": PEOPLE[person], "is_bot": False, "first_name": person}
    body = {"message_id": 77, "date": 0, "from": sender, "chat": chat_object(chat), "text": text}
    return {"message": body | more}


def typed(name: str, behind: str) -> Callable[[str, int], dict[str, Any]]:
    entity = {"type": "bot_command", "offset": 0, "length": len(name) + 1}
    return lambda person, chat: message(person, chat, f"/{name} {behind}", entities=[entity])


def tapped(verb: Verb, ids: dict[str, int]) -> Callable[[str, int], dict[str, Any]]:
    data = ":".join(map(str, [verb, *CARRIED[verb](ids)]))

    def update(person: str, chat: int) -> dict[str, Any]:
        bearer = message("operator", chat, "Question")["message"] | {"from": ME}
        if verb in {Verb.BRING, Verb.OBJECT, Verb.TALK}:
            bearer["reply_to_message"] = message(person, chat, "Water trucks")["message"]
        if verb is Verb.IS_LIST:
            size = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
            bearer["reply_to_message"] = message(person, chat, "", photo=[size])["message"]
        sender = {"id": PEOPLE[person], "is_bot": False, "first_name": person}
        query = {"id": "1", "from": sender, "message": bearer, "data": data, "chat_instance": "1"}
        return {"callback_query": query}

    return update


def replied(subject: str) -> Callable[[str, int], dict[str, Any]]:
    number = next(number for number, known in SUBJECTS.items() if known == subject)

    def update(person: str, chat: int) -> dict[str, Any]:
        replied_to = message("operator", chat, "Question")["message"]
        replied_to |= {"message_id": number, "from": ME}
        return message(person, chat, REPLY[subject], reply_to_message=replied_to)

    return update


def commands() -> Iterator[tuple[str, Callable[[str, int], dict[str, Any]]]]:
    """Yield every command under each of its names."""
    for command in COMMANDS:
        words = renderer().catalogues.words("command", command.name).values()
        also = renderer().control_words(command.also) if command.also else []
        names = dict.fromkeys([command.name, *(name for names in words for name in names), *also])
        assert len(names) > 1, f"/{command.name} has no name in Swahili"
        for name in names:
            yield f"/{command.name}", typed(name, BEHIND.get(command.name, ""))


def buttons(ids: dict[str, int]) -> Iterator[tuple[str, Callable[[str, int], dict[str, Any]]]]:
    for verb in BUTTONS:
        yield f"[{verb}]", tapped(verb, ids)


def replies() -> Iterator[tuple[str, Callable[[str, int], dict[str, Any]]]]:
    for subject in REPLIES:
        yield f"reply to {subject}", replied(subject)


def test_every_button_stands_in_the_table() -> None:
    assert set(BUTTONS) == set(Verb)


@pytest.mark.parametrize(
    ("chat", "expected"),
    [(WAJIR, OWN_GROUP), (ISIOLO, SISTER_GROUP), (HANOI, FOREIGN_GROUP)],
    ids=["own group", "another group", "another coalition"],
)
async def test_in_a_group_only_those_named_get_something_done(
    stage: Stage, chat: int, expected: dict[str, frozenset[str]]
) -> None:
    rows = [*commands(), *buttons(stage.ids[chat]), *replies()]

    assert await walked(stage, rows, chat) == expected


async def test_the_ids_of_another_coalition_open_nothing_from_the_own_chat(stage: Stage) -> None:
    assert await walked(stage, list(buttons(stage.ids[HANOI])), WAJIR) == FORGED


async def test_in_private_only_those_named_get_something_done(stage: Stage) -> None:
    in_private = {f"[{verb}]" for verb, button in BUTTONS.items() if button.is_private_only}
    rows = [row for row in buttons(stage.ids[WAJIR]) if row[0] in in_private]

    assert await walked(stage, [*commands(), *rows], None) == PRIVATE


async def test_every_name_of_a_command_means_the_same_row_whoever_types_it() -> None:
    dispatcher = Dispatcher(token="1:a", me=ME)
    await dispatcher.open()
    application = dispatcher._application
    meant: dict[str, set[tuple[object, str]]] = {}
    for row, update in commands():
        for name, chat in product(PEOPLE, (None, WAJIR, ISIOLO, HANOI)):
            sent = Update.de_json(
                {"update_id": 1, **update(name, chat or PEOPLE[name])}, application.bot
            )
            first = next(one for one in application.handlers[0] if one.check_update(sent))
            read = of_update(sent)
            assert read is not None
            meant.setdefault(row, set()).add((first.callback, read.text))

    assert {row: len(found) for row, found in meant.items()} == dict.fromkeys(meant, 1)
    assert len({callback for found in meant.values() for callback, _ in found}) == len(COMMANDS)


async def walked(
    stage: Stage,
    rows: list[tuple[str, Callable[[str, int], dict[str, Any]]]],
    chat: int | None,
) -> dict[str, frozenset[str]]:
    """Send every row as everybody; return who got something done with it.

    A command's other names are sent as two people only: whoever types one is understood as if they
    had typed the first (see the test above).
    """
    done: dict[str, frozenset[str]] = {}
    everybody = [name for name in PEOPLE if chat is not None or name != "anonymous"]
    for row, update in rows:
        people = EITHER if row in done else everybody
        able = frozenset(
            [name for name in people if await stage.send(update(name, chat or PEOPLE[name]))]
        )
        expected = done.setdefault(row, able)
        assert able == expected.intersection(people), f"{row} differs under one of its names"
    return done
