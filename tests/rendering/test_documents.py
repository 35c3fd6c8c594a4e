"""Documents to print: what stands on them, in all languages, whatever people write."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.agenda import Agenda, Item, Routine
from bot.domain.coalitions import Coalition
from bot.domain.facilitation import Duty, Holder
from bot.domain.ways import Way
from bot.rendering import documents
from bot.rendering.i18n import Catalogues
from bot.rendering.messages import Renderer
from bot.resources import folder
from tests.rendering.pdf import pages
from tests.rendering.world import PSEUDO, Facts, make_group, make_meeting, pseudo_locales

LARGEST = 60 * 1024
"""Bytes that a document may have: half a minute on a network of the second generation."""
ITEMS = (
    Item(1, "", 5, routine=Routine.OPENING),
    Item(2, "Water trucks: who goes where", 40, "Amina Yusuf", "Maji Bora Trust"),
    Item(3, "Who is paid what", 10, is_off_record=True),
)
ARABIC = "منظمة السلام"
FORTY = [f"Organisation {number}" for number in range(1, 41)]


def facts(**changes: Any) -> Facts:
    return {
        "coalition": Coalition(1, "Drought Partnership", ("en",), ""),
        "group": make_group(),
        "meeting": make_meeting(),
        "agenda": Agenda(items=ITEMS, note="Transport: fare is paid"),
        "holders": {Duty.FACILITATOR: Holder(1, "Red Dune", is_accepted=True)},
        "organisations": ["Action Sahel", "Maji Bora Trust", "Red Dune"],
        **changes,
    }


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Catalogues())


def paper(renderer: Renderer, language: str = "en", **changes: Any) -> list[list[str]]:
    """Return the lines on each page of the paper for the hall."""
    said = renderer.document("paper", language=language, **facts(**changes))
    return [[line.strip() for line in page] for page in pages(documents.pdf("paper", said))]


# --- The paper for the hall -----------------------------------------------------------------------


def test_the_agenda_stands_on_one_page_and_the_list_to_sign_on_another(renderer: Renderer) -> None:
    agenda, to_sign = paper(renderer)

    assert agenda == [
        "Drought Partnership",
        "Wajir meeting",
        "Thu 3 Dec 2026, 10:00–12:00",
        *("Place:", "County Hall, or by phone"),
        *("Leads the meeting:", "Red Dune"),
        *("Takes notes:", ""),
        "Agenda",
        *("Item", "Time", "Notes"),
        *("1", "Opening", "5 min"),
        *("2", "Water trucks: who goes where", "Maji Bora Trust", "40 min"),
        "Transport: fare is paid",
        "This is not a payment list.",
        "1 / 2",
    ]
    assert to_sign == [
        "Wajir meeting · Thu 3 Dec 2026, 10:00–12:00",
        "Attendance list",
        *("Organisation", "Name", "Signature"),
        *("1", "Action Sahel", "2", "Maji Bora Trust", "3", "Red Dune"),
        *["Guest:"] * 6,
        "This is not a payment list.",
        "2 / 2",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "sw",
            [
                "Alhamisi 3 Desemba 2026, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
                "Orodha ya mahudhurio",
                "Hii si orodha ya malipo.",
            ],
        ),
        (
            "so",
            [
                "Khamiis 3 Diseembar 2026, 10:00–12:00",
                "Liiska xaadirinta",
                "Kani ma aha liis lacag-bixineed.",
            ],
        ),
    ],
)
def test_it_is_printed_in_every_language(
    renderer: Renderer, language: str, words: list[str]
) -> None:
    lines = [line for page in paper(renderer, language) for line in page]

    assert set(words) <= set(lines)


def test_every_word_comes_from_a_catalogue(tmp_path: Path) -> None:
    pseudo = Renderer(Catalogues(pseudo_locales(tmp_path)))
    named = facts(
        coalition=Coalition(1, "1", (), ""),
        group=make_group(name="2"),
        meeting=make_meeting(place="3"),
        agenda=Agenda(items=(replace(ITEMS[0]), Item(2, "4", 5, "5", "6")), note="7"),
        holders={Duty.NOTES: Holder(1, "8", is_accepted=True)},
        organisations=["9"],
    )

    for way in Way:
        named["meeting"] = make_meeting(place="3", way=way)
        said = pseudo.document("paper", language=PSEUDO, **named)

        assert said.pop("language") == PSEUDO
        for text in texts(said):
            assert re.sub(r"⟦[^⟦⟧]*⟧", "", text).strip("0123456789.:– ,") == "", text


def texts(said: Any) -> list[str]:
    """Return all that is read in the facts of a document."""
    if isinstance(said, str):
        return [said]
    parts = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return [text for part in parts for text in texts(part)]


@pytest.mark.parametrize(
    "written",
    [
        '#panic("x")',
        "*bold* _it_ `raw` $x^2$ <label> @reference",
        "= Title - list + list / term: x",
        "// comment /* also */ https://example.org",
        "[x] #[y] {z} \\ \\u{1F4A9} ~ -- --- ...",
        'a "quoted" name, with "commas": and {"json": [1]}',
        "{{ 7*7 }} {% raw %} %(name)s 100%",
        "<b>&amp;</b> & 'O'",
    ],
)
def test_what_people_write_is_printed_as_it_stands(renderer: Renderer, written: str) -> None:
    agenda, to_sign = paper(
        renderer,
        coalition=Coalition(1, written, (), ""),
        meeting=make_meeting(place=written, way=Way.PLACE),
        agenda=Agenda(items=(Item(1, "Water", 5, "", written),), note=written),
        holders={Duty.NOTES: Holder(1, written, is_accepted=True)},
        organisations=[written],
    )

    assert "".join(agenda).replace(" ", "").count(written.replace(" ", "")) == 5
    assert "".join(to_sign).replace(" ", "").count(written.replace(" ", "")) == 1


def test_a_long_list_goes_on_under_the_same_head(renderer: Renderer) -> None:
    _, *lists = paper(renderer, organisations=FORTY)

    assert len(lists) > 1
    for number, page in enumerate(lists, start=2):
        assert page[0] == "Wajir meeting · Thu 3 Dec 2026, 10:00–12:00"
        head = page.index("Organisation")
        assert page[head : head + 3] == ["Organisation", "Name", "Signature"]
        assert page[-2:] == ["This is not a payment list.", f"{number} / {len(lists) + 1}"]
    printed = [line for page in lists for line in page if line.startswith("Organisation ")]
    assert printed == FORTY


@pytest.mark.parametrize("letter", ["W", "a ", "é", "ş"])
def test_a_name_of_200_letters_stays_in_its_column(renderer: Renderer, letter: str) -> None:
    long = (letter * 200)[:200].strip()

    _, to_sign = paper(renderer, organisations=["Action Sahel", long, "Red Dune"])

    lines = to_sign[to_sign.index("2") + 1 : to_sign.index("3")]
    assert "".join(lines).replace(" ", "") == long.replace(" ", "")
    # The column is six centimetres wide; a W of this size takes a third of one.
    assert max(map(len, lines)) <= {"W": 18}.get(letter, 50)


def test_names_in_arabic_letters_are_printed_from_right_to_left(renderer: Renderer) -> None:
    _, to_sign = paper(renderer, organisations=["Action Sahel", f"Red {ARABIC} Dune", "Red Dune"])

    between = to_sign[to_sign.index("2") + 1 : to_sign.index("3")]
    # As they stand on the page, from left to right; an empty box would have been refused.
    assert [word for word in between if word] == ["Red", "السلام", "منظمة", "Dune"]


def test_pictures_that_no_font_has_are_left_out(renderer: Renderer) -> None:
    _, to_sign = paper(
        renderer, organisations=["🚰 Water 👩🏽‍🚒 Trust ❤️", "N° 3 © Trust™", f"🐪 {ARABIC}"]
    )

    assert to_sign[5:9] == ["1", "Water Trust", "2", "N° 3 © Trust™"]


def test_nothing_is_printed_that_must_not_lie_around(renderer: Renderer) -> None:
    late = make_meeting(place="", link="", is_place_late=True)
    online = make_meeting(link="https://example.org/call", way=Way.ONLINE)
    for meeting, place in ((late, ""), (online, "Online")):
        agenda, _ = paper(renderer, meeting=meeting)

        assert agenda[agenda.index("Place:") + 1] == place
        text = "\n".join(agenda)
        assert "Amina" not in text
        assert "paid what" not in text
        assert "example.org" not in text


def test_a_turn_that_nobody_has_taken_is_left_open(renderer: Renderer) -> None:
    agenda, _ = paper(renderer, holders={Duty.FACILITATOR: Holder(1, "Red Dune")})

    assert agenda[agenda.index("Leads the meeting:") + 1] == ""


def test_an_empty_agenda_has_rows_to_fill_in(renderer: Renderer) -> None:
    said = renderer.document("paper", language="en", **facts(agenda=Agenda()))

    assert (said["agenda"]["items"], said["agenda"]["empty"]) == ([], 6)
    [agenda, _] = paper(renderer, agenda=Agenda())
    assert agenda[agenda.index("Agenda") :] == [
        *("Agenda", "Item", "Time", "Notes"),
        *("This is not a payment list.", "1 / 2"),
    ]


def test_the_fullest_paper_is_small_and_always_the_same(renderer: Renderer) -> None:
    items = tuple(Item(n, f"Item {n} {ARABIC}", 15, "", f"Organisation {n}") for n in range(40))
    full = facts(agenda=Agenda(items=items), organisations=[*FORTY, ARABIC, "Hay'adda Şğ"])

    first, second = (
        documents.pdf("paper", renderer.document("paper", language="sw", **full)) for _ in "12"
    )

    assert first == second
    assert len(first) < LARGEST


# --- Fonts ----------------------------------------------------------------------------------------


def test_all_fonts_are_there_with_their_licence() -> None:
    lying = {path.name for path in (folder("templates") / "documents" / "fonts").iterdir()}

    assert documents.missing_fonts() == []
    assert lying == {*documents.FONTS, "OFL.txt"}


@pytest.mark.parametrize("font", sorted(documents.FONTS))
@pytest.mark.parametrize("is_damaged", [True, False], ids=["damaged", "missing"])
def test_a_font_that_is_missing_or_damaged_is_named(
    font: str, *, is_damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder("templates") / "documents", tmp_path / "documents")
    file = tmp_path / "documents" / "fonts" / font
    file.write_bytes(b"\0" * 1000) if is_damaged else file.unlink()
    monkeypatch.setattr(documents, "folder", lambda _: tmp_path)

    assert documents.missing_fonts() == [font]
