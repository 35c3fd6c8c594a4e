"""The tables, one file per subject. Importing this package registers all of them."""

from bot.models import conventions  # isort: skip - names must be agreed before the first table
from bot.models.agenda import AgendaItem, AgendaSheet
from bot.models.attendance import Reply, ReplyFor
from bot.models.calendar import CalendarEntry
from bot.models.chats import EVERYWHERE, Chat
from bot.models.coalitions import Coalition
from bot.models.commands import WaitingCommand
from bot.models.conversations import NO_THREAD, Conversation
from bot.models.digests import Figure, Snapshot, SummaryWish
from bot.models.facilitation import Turn
from bot.models.feedback import FeedbackBatch, FeedbackBox, FeedbackItem, FeedbackOutcome
from bot.models.follow_up import Away, Nudge
from bot.models.groups import Group
from bot.models.invitations import Invitation
from bot.models.meetings import Meeting, Proposal, ProposalState
from bot.models.members import Coordinator, Member, Membership
from bot.models.minutes import Minutes, Objection, PaperList
from bot.models.motions import BallotCast, BallotFor, Motion
from bot.models.notebook import Entry
from bot.models.occasions import Occasion, OccasionState
from bot.models.organisations import Organisation, Seat
from bot.models.outbox import (
    MessageSubject,
    Method,
    OutboxMessage,
    OutboxState,
    Sending,
)
from bot.models.plan import ActionPlan, ActionPoint, PointChange, PointPerson
from bot.models.preferences import Mute
from bot.models.presence import Presence
from bot.models.progress import Evidence, Progress
from bot.models.search import Findable, Search
from bot.models.series import Series
from bot.models.sittings import Sitting, SittingItem
from bot.models.streams import WorkStream
from bot.models.support import SupportAnswer, SupportOffer, SupportRequest
from bot.models.updates import MarkKey, UpdateFailure, UpdateMarkEven, UpdateMarkOdd
from bot.models.upkeep import Installation, Run, Upkeep

metadata = conventions.metadata

__all__ = [
    "EVERYWHERE",
    "NO_THREAD",
    "ActionPlan",
    "ActionPoint",
    "AgendaItem",
    "AgendaSheet",
    "Away",
    "BallotCast",
    "BallotFor",
    "CalendarEntry",
    "Chat",
    "Coalition",
    "Conversation",
    "Coordinator",
    "Entry",
    "Evidence",
    "FeedbackBatch",
    "FeedbackBox",
    "FeedbackItem",
    "FeedbackOutcome",
    "Figure",
    "Findable",
    "Group",
    "Installation",
    "Invitation",
    "MarkKey",
    "Meeting",
    "Member",
    "Membership",
    "MessageSubject",
    "Method",
    "Minutes",
    "Motion",
    "Mute",
    "Nudge",
    "Objection",
    "Occasion",
    "OccasionState",
    "Organisation",
    "OutboxMessage",
    "OutboxState",
    "PaperList",
    "PointChange",
    "PointPerson",
    "Presence",
    "Progress",
    "Proposal",
    "ProposalState",
    "Reply",
    "ReplyFor",
    "Run",
    "Search",
    "Seat",
    "Sending",
    "Series",
    "Sitting",
    "SittingItem",
    "Snapshot",
    "SummaryWish",
    "SupportAnswer",
    "SupportOffer",
    "SupportRequest",
    "Turn",
    "UpdateFailure",
    "UpdateMarkEven",
    "UpdateMarkOdd",
    "Upkeep",
    "WaitingCommand",
    "WorkStream",
    "metadata",
]
