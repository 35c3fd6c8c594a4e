"""Reports for a spreadsheet: dates are dates there, numbers numbers, and words never a formula."""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.domain import names
from bot.domain.inbox import Heard
from bot.domain.reports import Outcome, Report, Task

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

Value: TypeAlias = str | int | date | None

FIGURES = "figures"
"""The sheet on which the workbook of a week opens; only that has what needs somebody, and the next
week."""
LONGEST_NAME = 31
"""Letters that the name of a sheet may have."""
CELL_LIMIT = 32_000
"""Letters that a cell may have, less a few."""
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""A spreadsheet that is saved as plain text and opened again would calculate what begins so; marked
as a quotation, it stays what it says."""
_NOT_IN_NAMES = str.maketrans("[]:*?/\\'", "        ")
_WIDTH_OF = {"Lu": 1.4, "Lo": 1.3, "So": 2.2, "Mn": 0.0}
"""How wide a character of a kind is beside a digit; small letters are as wide at most."""
_ISOLATES = str.maketrans("", "", "\u2068\u2069")
LINE_HEIGHT, MOST_HEIGHT = 15, 405
"""Points of a line, and of the highest row that a spreadsheet has: 409, in whole lines."""
_WIDE, _MIDDLE, _NARROW = 50, 24, 12
"""Widths of columns, in letters."""
_WIDTHS = {
    **dict.fromkeys(
        (
            "what",
            "urgent",
            "action",
            "progress",
            "challenges",
            "differently",
            "decision",
            "needed",
            "measure",
        ),
        _WIDE,
    ),
    **dict.fromkeys(
        ("group", "stream", "organisation", "required", "offers", "timeline", "how", "theme"),
        _MIDDLE,
    ),
}


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in the workbook."""

    key: str
    columns: tuple[str, ...]
    """The keys of their heads."""
    rows: Sequence[Sequence[Value]]


def workbook(
    said: Mapping[str, Any], report: Report, forms: Mapping[str, Mapping[str, Any]], first: str
) -> bytes:
    """Return a report as an XLSX that opens on its sheet `first`.

    `said` is what `documents/workbook.json` says, `forms` the two original forms by their names.
    """
    # Loaded late: it is seldom needed.
    import xlsxwriter  # noqa: PLC0415 - heavy

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties(
        {
            "title": _text(said["title"])[:255],
            "author": _text(said["coalition"])[:255],
            "created": datetime.fromisoformat(said["date"]),
        }
    )
    sheets = _sheets(said, report, forms, first)
    called = _names(said["names"])
    writer = _Writer(book, said, called)
    for sheet in sorted(sheets, key=lambda one: one.key != first):
        writer.add(sheet)
    writer.add_notes()
    book.close()
    return made.getvalue()


def _sheets(
    said: Mapping[str, Any], report: Report, forms: Mapping[str, Mapping[str, Any]], first: str
) -> list[Sheet]:
    return [
        *([_figures(said, report)] if report.numbers else []),
        *([_urgent(said, report), _next(said, report)] if first == FIGURES else []),
        *([_heard(said, report.heard)] if report.heard else []),
        _plan(report, forms["plan"]),
        _progress(report, forms["progress"]),
        _actions(said, report, forms["plan"]),
        _meetings(said, report),
        _attendance(said, report),
        Sheet(
            "decisions",
            ("group", "date", "decision", "review"),
            [(one.group, one.on, one.text, one.review_on) for one in report.decisions],
        ),
        _support(said, report),
    ]


def _rows(
    report: Report, form: Mapping[str, Any]
) -> Iterable[tuple[Task, Sequence[Mapping[str, Any]]]]:
    """Return each action beside its row in a form: both stand in the same order."""
    rows = (row for group in form["groups"] for row in group["rows"])
    tasks = (task for group in report.groups for task in report.of(group))
    return zip(tasks, rows, strict=True)


def _cell(one: Mapping[str, Any]) -> str:
    return "\n".join(filter(None, (*one["lines"], one["below"])))


def _plan(report: Report, form: Mapping[str, Any]) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    for task, (stream, action, timeline, required) in _rows(report, form):
        until: Value = task.point.due or _cell(timeline)
        rows.append((task.group, _cell(stream), _cell(action), until, _cell(required)))
    return _of_groups(report, "plan", ("stream", "action", "timeline", "required"), rows)


def _progress(report: Report, form: Mapping[str, Any]) -> Sheet:
    rows = [(task.group, *map(_cell, row)) for task, row in _rows(report, form)]
    columns = ("action", "progress", "challenges", "differently")
    return _of_groups(report, "progress", columns, rows)


def _of_groups(
    report: Report, key: str, columns: tuple[str, ...], rows: Sequence[Sequence[Value]]
) -> Sheet:
    """Return an original form; only where several groups stand in it, it says which."""
    if report.is_whole:
        return Sheet(key, ("group", *columns), rows)
    return Sheet(key, columns, [row[1:] for row in rows])


def _actions(said: Mapping[str, Any], report: Report, form: Mapping[str, Any]) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    for task, row in _rows(report, form):
        point = task.point
        is_late = point.is_overdue(report.as_of) and point.due is not None
        late = (report.as_of - point.due).days if is_late and point.due else None
        rows.append(
            (
                task.group,
                point.number,
                point.text,
                point.organisation,
                _cell(row[0]),
                point.made_on,
                point.due,
                point.timeline,
                said["states"][point.state],
                None if point.is_open else point.ended_on,
                late,
                point.support,
                len(task.updates),
                task.evidence,
            )
        )
    columns = ("group", "number", "action", "organisation", "stream", "made", "due", "timeline")
    more = ("state", "ended", "overdue", "required", "reports", "evidence")
    return Sheet("actions", (*columns, *more), rows)


def _meetings(said: Mapping[str, Any], report: Report) -> Sheet:
    rows = [
        (
            one.group,
            one.starts.date(),
            f"{one.starts:%H:%M}",
            int((one.ends - one.starts).total_seconds()) // 60,
            said["outcomes"][one.outcome],
            said["yes"] if one.is_moved else None,
            len(one.present) if one.outcome is Outcome.HELD else None,
            one.seats,
            one.decisions,
            one.actions,
        )
        for one in report.gatherings
    ]
    columns = ("group", "date", "begins", "minutes", "state", "moved", "present", "seats")
    return Sheet("meetings", (*columns, "decisions", "actions"), rows)


def _attendance(said: Mapping[str, Any], report: Report) -> Sheet:
    rows = [
        (one.group, one.starts.date(), organisation, said["hows"][how])
        for one in report.gatherings
        for organisation, how in one.present.items()
    ]
    return Sheet("attendance", ("group", "date", "organisation", "how"), rows)


def _support(said: Mapping[str, Any], report: Report) -> Sheet:
    rows = [
        (
            one.group,
            one.on,
            one.organisation,
            one.text,
            one.sector,
            one.place,
            said["support"][one.state],
            one.days,
            ", ".join(one.offers),
        )
        for one in report.needs
    ]
    columns = ("group", "date", "organisation", "needed", "sector", "place", "state", "days")
    return Sheet("support", (*columns, "offers"), rows)


def _figures(said: Mapping[str, Any], report: Report) -> Sheet:
    rows = [
        (
            one.group,
            one.week,
            said["measures"].get(one.measure, one.measure),
            one.organisation,
            stream,
            one.value,
            one.before,
        )
        for one, stream in zip(report.numbers, said["streams"], strict=True)
    ]
    columns = ("group", "week", "measure", "organisation", "stream", "value", "before")
    return Sheet("figures", columns, rows)


def _urgent(said: Mapping[str, Any], report: Report) -> Sheet:
    rows = [
        (one.group, words, one.days or None)
        for one, words in zip(report.urgent, said["urgent"], strict=True)
    ]
    return Sheet("urgent", ("group", "urgent", "waits"), rows)


def _heard(said: Mapping[str, Any], heard: Heard) -> Sheet:
    """Return themes and numbers of feedback; a number so small that it is not said is "a few"."""

    def number(value: int | None) -> Value:
        return said["few"] if value is None else value

    rows = [
        (said["released"], "", number(heard.count)),
        *((said["released"], one.name, number(one.count)) for one in heard.themes),
        (said["answered"], "", number(heard.answered)),
    ]
    return Sheet("feedback", ("measure", "theme", "value"), rows)


def _next(said: Mapping[str, Any], report: Report) -> Sheet:
    meetings = [
        (one.group, one.starts.date(), said["meeting"], f"{one.starts:%H:%M}", "")
        for one in report.ahead
    ]
    due = [
        (task.group, task.point.due, task.point.text, "", task.point.organisation)
        for task in report.next_due
    ]
    rows = sorted([*meetings, *due], key=lambda row: (row[0], row[1] or date.max))
    return Sheet("next", ("group", "date", "what", "begins", "organisation"), rows)


class _Writer:
    """Writes sheets of one look: the head stays in sight, and each column can be filtered."""

    def __init__(
        self, book: "Workbook", said: Mapping[str, Any], called: Mapping[str, str]
    ) -> None:
        self._book, self._said, self._called = book, said, called
        cell = {"valign": "top", "text_wrap": True}
        self._head = book.add_format({**cell, "bold": True, "bg_color": "#E8E8E8", "border": 1})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._plain = book.add_format(cell)
        self._quoted = book.add_format({**cell, "quote_prefix": True})
        self._date = book.add_format({**cell, "num_format": "d mmm yyyy", "align": "left"})
        self._number = book.add_format({**cell, "num_format": "#,##0"})

    def add(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(self._called[sheet.key])
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, _WIDTHS.get(column, _NARROW))
            page.write_string(0, at, _text(self._said["heads"][column]), self._head)
        widths = [_WIDTHS.get(column, _NARROW) for column in sheet.columns]
        _heighten(page, 0, [self._said["heads"][column] for column in sheet.columns], widths)
        for line, row in enumerate(sheet.rows, start=1):
            for at, value in enumerate(row):
                self._write(page, line, at, value)
            _heighten(page, line, row, widths)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        else:
            page.write_string(1, 0, _text(self._said["empty"]))

    def add_notes(self) -> None:
        page = self._book.add_worksheet(self._called["notes"])
        page.set_column(0, 0, 2 * _WIDE)
        page.write_string(0, 0, _text(self._said["title"]), self._title)
        self._write(page, 1, 0, self._said["when"])
        for line, note in enumerate(self._said["notes"], start=3):
            self._write(page, line, 0, note)
            _heighten(page, line, [note], [2 * _WIDE])

    def _write(self, page: Any, line: int, at: int, value: Value) -> None:
        """Write what a value is, and not what it looks like."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            text = _text(value)
            page.write_string(line, at, text, self._look(text))
        elif isinstance(value, date):
            page.write_datetime(line, at, value, self._date)
        else:
            page.write_number(line, at, value, self._number)

    def _look(self, text: str) -> "Format":
        return self._quoted if text.startswith(BEGINS_A_FORMULA) else self._plain


def _heighten(page: Any, line: int, row: Sequence[Value], widths: Sequence[int]) -> None:
    """Make a row as high as its longest cell needs, if that is more than a line.

    Excel does so by itself, but LibreOffice and the phones show one line, and the rest is cut.
    """
    lines = [
        _lines(_text(value), width)
        for value, width in zip(row, widths, strict=True)
        if isinstance(value, str)
    ]
    if (most := max(lines, default=1)) > 1:
        page.set_row(line, min(most * LINE_HEIGHT, MOST_HEIGHT))


def _lines(text: str, width: int) -> int:
    """Return in how many lines words stand in a column; rather one too many than one too few."""
    count = 0
    for paragraph in text.split("\n"):
        room, count = float(width), count + 1
        for word in paragraph.split():
            length = _length(word)
            if length > room and room < width:
                room, count = float(width), count + 1
            # What is longer than a line goes on in the next.
            more = math.ceil(length / width) - 1 if length > room else 0
            count, room = count + more, room + more * width - length - 1
    return count


def _length(word: str) -> float:
    """Return how wide a word is, counted in digits, as the width of a column is."""
    return sum(_WIDTH_OF.get(unicodedata.category(one), 1.0) for one in word)


def _text(words: str) -> str:
    """Return words without what a spreadsheet cannot hold; lines stay lines."""
    lines = (names.clean(line, fallback="", limit=CELL_LIMIT) for line in words.split("\n"))
    return "\n".join(lines).translate(_ISOLATES)[:CELL_LIMIT]


def _names(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return names that sheets may have: short, without brackets, each once."""
    found: dict[str, str] = {}
    for key, name in wanted.items():
        short = " ".join(name.translate(_NOT_IN_NAMES).translate(_ISOLATES).split())[:LONGEST_NAME]
        is_taken = short.casefold() in {one.casefold() for one in found.values()}
        found[key] = short if short and not is_taken else key
    return found
