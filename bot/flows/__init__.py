"""Conversations: questions that follow each other until everything is said.

A new flow is a file beside this one, and a row here.
"""

from typing import Any

from bot.flows import (
    agenda,
    calendar,
    coalitions,
    digests,
    follow_up,
    groups,
    inbox,
    meetings,
    members,
    plan,
    presence,
    streams,
    write_ups,
)
from bot.flows.flow import Flow

_ALL: tuple[Flow[Any], ...] = (
    meetings.PLAN,
    agenda.ADD,
    agenda.USUAL,
    calendar.NOTE,
    members.JOIN,
    presence.GUEST,
    coalitions.COALITION,
    groups.SET_UP,
    groups.SETTING,
    write_ups.WRITE,
    write_ups.MOVE,
    write_ups.WHY,
    plan.ADAPT,
    plan.DROP,
    plan.DUE,
    plan.GIVE,
    streams.STREAMS,
    follow_up.LATE,
    follow_up.HELP,
    follow_up.MORE,
    digests.TIME,
    *inbox.ALL,
)
FLOWS: dict[str, Flow[Any]] = {flow.name: flow for flow in _ALL}
"""Every flow by the name under which its conversations are stored."""
