"""Conversations: questions that follow each other until everything is said.

A new flow is a file beside this one, and a row here.
"""

from typing import Any

from bot.flows import agenda, coalitions, groups, meetings
from bot.flows.flow import Flow

FLOWS: dict[str, Flow[Any]] = {
    flow.name: flow
    for flow in (
        meetings.PLAN,
        agenda.ADD,
        coalitions.COALITION,
        groups.SET_UP,
        groups.SETTING,
    )
}
"""Every flow by the name under which its conversations are stored."""
