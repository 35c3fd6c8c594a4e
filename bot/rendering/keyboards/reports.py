"""Buttons of reports: each carries whose report it is, and of which quarter."""

from collections.abc import Sequence

from bot.domain.groups import Group
from bot.domain.preferences import MessageKind, Switch
from bot.domain.reports import Format, Paper, Quarter
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

ALL = 0
"""Stands for all groups of a coalition."""


def menu(
    coalition_id: int,
    group_id: int,
    quarter: Quarter,
    *,
    newest: Quarter,
    has_groups: bool,
    is_unasked: bool = False,
) -> Keyboard:
    """Return both forms in each kind of file, the quarters beside this one, and other groups."""
    about = (coalition_id, group_id)
    forms = tuple(
        tuple(
            Button(
                f"report-{paper}-{form}", tap(Verb.REPORT_FILE, paper, form, *about, quarter.code)
            )
            for form in Format
        )
        for paper in Paper
    )
    beside = [quarter.before] if quarter >= newest else [quarter.before, quarter.next]
    quarters = tuple(
        Button("report-quarter", tap(Verb.REPORTS, *about, one.code), {"quarter": one})
        for one in beside
    )
    rows = (*forms, quarters)
    if has_groups:
        others = tap(Verb.REPORT_GROUPS, coalition_id, quarter.code, 0)
        rows = (*rows, (Button("report-groups", others),))
    if is_unasked:
        off = tap(Verb.MUTE, MessageKind.REPORTS, Switch.OFF)
        rows = (*rows, (Button("mute-reports", off),))
    return rows


def groups(
    coalition_id: int,
    found: Sequence[Group],
    quarter: Quarter,
    *,
    onward: int | None,
    is_team: bool,
) -> Keyboard:
    """Return a button for each group of a page, for the whole coalition, and for the next page."""
    buttons = [
        Button("said", tap(Verb.REPORTS, coalition_id, one.id, quarter.code), {"said": one.name})
        for one in found
    ]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    if is_team:
        whole = tap(Verb.REPORTS, coalition_id, ALL, quarter.code)
        rows = ((Button("report-whole", whole),), *rows)
    if onward is not None:
        rows = (
            *rows,
            (Button("more", tap(Verb.REPORT_GROUPS, coalition_id, quarter.code, onward)),),
        )
    return rows
