"""Documents for a word processor: the words of the printed ones, with styles that an office edits.

Everything that people wrote is text here: no field, link, macro or formula can come of it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph

FONT = "Arial"
"""Word, LibreOffice and WPS have it, or one like it; it holds Latin and Arabic letters."""
MARGIN_CM = 2.0
_TURNED = re.compile(r"[^\W\d_]")
_ARABIC = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT = re.compile(rf"([{_ARABIC}]+(?:[\s،؛؟.,:]+[{_ARABIC}]+)*)")
_ISOLATES = str.maketrans("", "", "\u2068\u2069")
"""A run says by itself in which direction it is read; old word processors print these as boxes."""
_GREY = "808080"
_AFTER_TABLE = 8 * 12_700
"""Eight points, in the units of the format."""


def minutes(facts: Mapping[str, Any]) -> bytes:
    """Return minutes as a DOCX; `facts` are those of the printed document."""
    # Loaded late: it is heavy, and seldom needed.
    import docx  # noqa: PLC0415 - heavy

    document = docx.Document()
    _set_up(document, facts)
    _head(document, facts)
    _people(document, facts)
    _matters(document, facts["matters"])
    for item in facts["items"]:
        _item(document, item)
    _decisions(document, facts["decisions"])
    actions = facts["actions"]
    rows = [[str(count), *row] for count, row in enumerate(actions["rows"], start=1)]
    _listed(document, actions["caption"], actions["head"], rows, (1.5, 6.6, 3.9, 2.6, 2.4))
    label, moment = facts["next"]
    if moment:
        _labelled(document, label, moment).paragraph_format.space_before = _AFTER_TABLE
    _signatures(document, facts["sign"])
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def report(facts: Mapping[str, Any]) -> bytes:
    """Return a report as a DOCX, a table on pages that lie on their side; `facts` as above."""
    # Loaded late: it is heavy, and seldom needed.
    import docx  # noqa: PLC0415 - heavy

    document = docx.Document()
    _set_up(document, facts, is_wide=True)
    _said(document.add_paragraph(), facts["coalition"])
    _said(document.add_paragraph(style="Title"), facts["title"])
    document.add_paragraph().add_run(facts["when"]).bold = True
    for note in facts["notes"]:
        _said(document.add_paragraph(style="Quote"), note)
    widths = (4.2, 10.5, 4, 7) if facts["is_plan"] else (6.2, 7.5, 6, 6)
    for group in facts["groups"]:
        if group["name"]:
            _said(document.add_heading(level=1), group["name"])
        rows = [
            ["\n".join(filter(None, (*one["lines"], one["below"]))) for one in row]
            for row in group["rows"]
        ]
        _table(document, facts["head"], rows, widths)
        if not rows:
            document.add_paragraph(facts["empty"])
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _set_up(document: "Document", facts: Mapping[str, Any], *, is_wide: bool = False) -> None:
    """Give the document its page, its fonts, what stands on each page, and no author in person."""
    from docx.enum.section import WD_ORIENTATION  # noqa: PLC0415 - heavy
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - heavy
    from docx.shared import Cm, Pt, RGBColor  # noqa: PLC0415 - heavy

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if is_wide:
        section.orientation = WD_ORIENTATION.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    defaults = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:rFonts")
    for fonts in defaults:
        _name_font(fonts)
    sizes = {"Normal": 10, "Title": 18, "Heading 1": 13, "Heading 2": 11, "Header": 9, "Footer": 9}
    for name, size in sizes.items():
        style = document.styles[name]
        _name_font(style.element.get_or_add_rPr().get_or_add_rFonts())
        for linked in style.element.xpath("w:link | w:pPr/w:pBdr"):
            # Some programs on phones take fonts and colours from the style that is linked.
            linked.getparent().remove(linked)
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        for old in style.element.rPr.xpath("w:szCs | w:lang"):
            style.element.rPr.remove(old)
        _add(style.element.rPr, "w:szCs", val=str(2 * size))
        _add(style.element.rPr, "w:lang", val=facts["language"], bidi="ar-SA")
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    document.styles["Title"].paragraph_format.space_after = Pt(4)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].paragraph_format.space_before = Pt(14)
        document.styles[name].paragraph_format.space_after = Pt(4)
    if facts["mark"]:
        mark = section.header.paragraphs[0]
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = mark.add_run(facts["mark"])
        run.bold, run.font.size, run.font.color.rgb = True, Pt(28), RGBColor.from_string("C0C0C0")
    foot = section.footer.paragraphs[0]
    foot.add_run(facts["foot"]).bold = True
    foot.add_run("\t\t")
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")
    about = document.core_properties
    about.author = about.last_modified_by = facts["coalition"].translate(_ISOLATES)[:255]
    about.title = facts["title"].translate(_ISOLATES)[:255]
    about.language, about.comments = facts["language"], ""
    about.created = about.modified = datetime.fromisoformat(facts["date"])


def _name_font(fonts: "BaseOxmlElement") -> None:
    """Name one font for all letters; one of the theme would come before it."""
    fonts.attrib.clear()
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(_name(f"w:{kind}"), FONT)


def _head(document: "Document", facts: Mapping[str, Any]) -> None:
    _said(document.add_paragraph(), facts["coalition"])
    _said(document.add_paragraph(style="Title"), facts["title"])
    numbers = " · ".join(filter(None, [facts["number"], facts["mark"]]))
    document.add_paragraph().add_run(numbers).bold = True
    for note in facts["notes"]:
        _said(document.add_paragraph(style="Quote"), note)
    for label, content in facts["about"]:
        if content:
            _labelled(document, label, content)


def _people(document: "Document", facts: Mapping[str, Any]) -> None:
    head, widths = facts["present"]["head"], (6, 5, 3, 3)
    document.add_heading(facts["present"]["caption"], 1)
    _table(document, head, facts["present"]["rows"], widths, is_turned=False)
    if guests := facts["guests"]["rows"]:
        document.add_heading(facts["guests"]["caption"], 1)
        _table(document, head, guests, widths, is_turned=False)
    document.add_paragraph(facts["quorum"]).paragraph_format.space_before = _AFTER_TABLE
    for label, names in facts["away"]:
        _labelled(document, label, ", ".join(names))


def _matters(document: "Document", matters: Mapping[str, Any]) -> None:
    if not matters["last"] and not matters["rows"]:
        return
    document.add_heading(matters["caption"], 1)
    if matters["last"]:
        document.add_paragraph(matters["last"])
    if matters["rows"]:
        document.add_paragraph(matters["open"]).paragraph_format.keep_with_next = True
    for row in matters["rows"]:
        # Not as a list: its bullet is of a font that phones lack.
        _said(document.add_paragraph(), f"• {', '.join(filter(None, row))}")


def _item(document: "Document", item: Mapping[str, Any]) -> None:
    _said(document.add_heading(level=2), f"{item['number']} {item['title']}")
    for more in filter(None, (item["by"], item["note"])):
        _said(document.add_paragraph(), more, is_quiet=True)
    for entry in item["entries"]:
        _labelled(document, f"{entry['label']}:", entry["text"], entry["more"])


def _decisions(document: "Document", decisions: Mapping[str, Any]) -> None:
    rows = [
        [
            str(count),
            row["text"],
            "\n".join(
                [
                    row["how"],
                    *(f"{decisions['reservations']} {r}" for r in row["reservations"]),
                    *filter(None, [row["passed_on"]]),
                ]
            ),
            row["review"],
        ]
        for count, row in enumerate(decisions["rows"], start=1)
    ]
    _listed(document, decisions["caption"], decisions["head"], rows, (1.5, 7.7, 5, 2.8))


def _signatures(document: "Document", labels: Sequence[str]) -> None:
    """Leave a line to sign on behind each label."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER  # noqa: PLC0415 - heavy
    from docx.shared import Cm, Pt  # noqa: PLC0415 - heavy

    for label in labels:
        line = document.add_paragraph(f"{label}\t").paragraph_format
        line.space_before = Pt(24)
        line.tab_stops.add_tab_stop(Cm(14), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)


def _labelled(document: "Document", label: str, content: str, more: str = "") -> "Paragraph":
    line = document.add_paragraph()
    line.add_run(f"{label} ").bold = True
    _said(line, content, is_turned=False)
    if more:
        line.add_run().add_break()
        _said(line, more, is_turned=False, is_quiet=True)
    return line


def _listed(
    document: "Document",
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
) -> None:
    """Set a table under its caption; without rows there is neither."""
    if rows:
        document.add_heading(caption, 1)
        _table(document, head, rows, widths)


def _table(
    document: "Document",
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    is_turned: bool = True,
) -> None:
    """Set a table whose head stands on each page, and whose rows are not torn apart.

    Unless they are names, words in Arabic letters stand at the right of their cell.
    """
    from docx.shared import Cm  # noqa: PLC0415 - heavy

    if not rows:
        return
    table = document.add_table(rows=1 + len(rows), cols=len(head), style="Table Grid")
    table.autofit = False
    # Some programs on phones break a long word only in a table whose whole width is known.
    whole = table._tbl.tblPr.xpath("w:tblW")[0]  # noqa: SLF001 - python-docx knows it for columns only
    whole.set(_name("w:type"), "dxa")
    whole.set(_name("w:w"), str(Cm(sum(widths)).twips))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for number, (line, words) in enumerate(zip(table.rows, [head, *rows], strict=True)):
        about = line._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx knows neither of these
        _add(about, "w:cantSplit")
        if number == 0:
            _add(about, "w:tblHeader")
        for cell, said, width in zip(line.cells, words, widths, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            if number == 0:
                paragraph.add_run(said).bold = True
            else:
                _said(paragraph, said, is_turned=is_turned)


def _said(
    paragraph: "Paragraph", words: str, *, is_turned: bool = True, is_quiet: bool = False
) -> None:
    """Add words; those in Arabic letters as runs of their own, which are read from right to left.

    A paragraph that begins with them stands at the right.
    """
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 - heavy

    words = words.translate(_ISOLATES)
    letter = _TURNED.search(words)
    if is_turned and letter is not None and _RIGHT_TO_LEFT.match(letter[0]):
        _add(paragraph._p.get_or_add_pPr(), "w:bidi")  # noqa: SLF001 - python-docx knows no direction
    for part in filter(None, _RIGHT_TO_LEFT.split(words)):
        run = paragraph.add_run(part)
        if is_quiet:
            run.font.size, run.font.color.rgb = Pt(8.5), RGBColor.from_string(_GREY)
        if _RIGHT_TO_LEFT.match(part):
            run.font.rtl = run.font.complex_script = True


def _field(paragraph: "Paragraph", code: str) -> None:
    """Add a number that the word processor keeps right: of this page, or of all."""
    field = _add(paragraph._p, "w:fldSimple", instr=code)  # noqa: SLF001 - python-docx knows no fields
    _add(_add(field, "w:r"), "w:t").text = "1"


def _add(parent: "BaseOxmlElement", name: str, **attributes: str) -> "BaseOxmlElement":
    """Add an element that python-docx has no words for."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - heavy

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_name(f"w:{key}"), value)
    parent.append(element)
    return element


@cache
def _name(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415 - heavy

    return qn(name)
