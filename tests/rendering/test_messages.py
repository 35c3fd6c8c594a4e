"""What people read, word for word, in every language."""

import itertools
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from bot.domain.attendance import Answer
from bot.domain.coalitions import read_founding
from bot.domain.dates import read_when
from bot.domain.groups import read_setup
from bot.domain.meetings import State
from bot.domain.ways import Where
from bot.playground.html import parse
from bot.rendering import keyboards
from bot.rendering.html import TOAST_LIMIT, units
from bot.rendering.i18n import Catalogues
from bot.rendering.messages import Command, Renderer, renderer
from tests.rendering import held
from tests.rendering.world import (
    COMMANDS,
    ENDS,
    STARTS,
    THURSDAY,
    WEDNESDAY,
    make_attendance,
    make_group,
    make_meeting,
    post_facts,
)

LANGUAGES = ["en", "sw", "so"]


@pytest.fixture(scope="module")
def words() -> Renderer:
    return renderer()


def read(html: str) -> str:
    """Return a text without the invisible marks around names, which a test of their own sees."""
    return html.replace("\u2068", "").replace("\u2069", "")


# --- The post about a meeting ---------------------------------------------------------------------


def test_an_announcement_in_english(words: Renderer) -> None:
    assert read(words.post("meetings/post.html", languages=["en"], **post_facts())) == (
        "📅 <b>Wajir meeting</b>\n"
        "<b>Thu 3 Dec, 10:00–12:00</b>\n"
        "📍 County Hall, or by phone\n"
        "\n"
        'Coming? Tap, or reply "yes" or "no".\n'
        "\n"
        "✅ Coming 2: Maji Bora, Red Dune\n"
        "📞 By phone 1: NDMA\n"
        "⏳ No answer yet 1: Afya Kwanza\n"
        "\n"
        "You can change your answer until 10:00."
    )


def test_an_announcement_in_swahili_says_the_time_as_people_say_it(words: Renderer) -> None:
    assert read(words.post("meetings/post.html", languages=["sw"], **post_facts())) == (
        "📅 <b>Mkutano wa Wajir</b>\n"
        "<b>Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)</b>\n"
        "📍 County Hall, au kwa simu\n"
        "\n"
        'Utakuja? Bonyeza, au jibu "ndiyo" au "hapana".\n'
        "\n"
        "✅ Watakuja 2: Maji Bora, Red Dune\n"
        "📞 Kwa simu 1: NDMA\n"
        "⏳ Hawajajibu 1: Afya Kwanza\n"
        "\n"
        "Unaweza kubadilisha jibu lako hadi 10:00, saa 4 asubuhi."
    )


def test_an_announcement_in_somali_says_the_clock_of_24_hours_alone(words: Renderer) -> None:
    assert read(words.post("meetings/post.html", languages=["so"], **post_facts())) == (
        "📅 <b>Kulanka Wajir</b>\n"
        "<b>Khamiis 3 Diseembar, 10:00–12:00</b>\n"
        "📍 County Hall, ama taleefan ahaan\n"
        "\n"
        'Ma imanaysaa? Taabo, ama ku jawaab "haa" ama "maya".\n'
        "\n"
        "✅ Way imanayaan 2: Maji Bora, Red Dune\n"
        "📞 Taleefan ahaan 1: NDMA\n"
        "⏳ Weli ma jawaabin 1: Afya Kwanza\n"
        "\n"
        "Jawaabtaada waad beddeli kartaa ilaa 10:00."
    )


@pytest.mark.parametrize(
    ("kind", "local_now", "first_line"),
    [
        ("reminder-1d", WEDNESDAY, "🔔 <b>Tomorrow, Thu 3 Dec, 10:00–12:00</b>"),
        ("reminder-1d", datetime(2026, 12, 3, 8), "🔔 <b>Today, Thu 3 Dec, 10:00–12:00</b>"),
        ("reminder-1d", datetime(2026, 12, 1, 23, 59), "🔔 <b>Thu 3 Dec, 10:00–12:00</b>"),
        ("reminder-1h", datetime(2026, 12, 3, 9), "🔔 <b>Today, Thu 3 Dec, 10:00–12:00</b>"),
        (
            "reminder-1h",
            datetime(2026, 12, 2, 23, 30),
            "🔔 <b>Tomorrow, Thu 3 Dec, 10:00–12:00</b>",
        ),
    ],
)
def test_a_reminder_says_tomorrow_only_when_it_is(
    words: Renderer, kind: str, local_now: datetime, first_line: str
) -> None:
    facts = post_facts(kind=kind, local_now=local_now)
    assert words.text("meetings/post.html", language="en", **facts).splitlines()[0] == first_line


def test_the_news_that_a_meeting_moved_says_both_times_and_asks_again(words: Renderer) -> None:
    facts = post_facts(kind="moved", moved_from=datetime(2026, 12, 1, 14))
    assert read(words.text("meetings/post.html", language="en", **facts)).startswith(
        "🔄 <b>Wajir meeting</b>\n"
        "Moved. It was: <s>Tue 1 Dec, 14:00</s>\n"
        "Now: <b>Thu 3 Dec, 10:00–12:00</b>\n"
        "📍 County Hall, or by phone\n"
        "\n"
        "Please answer again.\n"
        'Coming? Tap, or reply "yes" or "no".\n'
    )


def test_a_change_of_place_alone_strikes_no_time_through(words: Renderer) -> None:
    facts = post_facts(kind="moved", moved_from=STARTS)
    text = words.text("meetings/post.html", language="en", **facts)
    assert "<s>" not in text
    assert read(text).startswith("🔄 <b>Wajir meeting</b>\nChanged.\nNow: <b>Thu 3 Dec")


def test_a_post_that_bears_the_list_no_more_points_to_the_newest(words: Renderer) -> None:
    facts = post_facts(is_newest=False)
    assert read(words.text("meetings/post.html", language="en", **facts)) == (
        "📅 <b>Wajir meeting</b>\n"
        "<b>Thu 3 Dec, 10:00–12:00</b>\n"
        "📍 County Hall, or by phone\n"
        "\n"
        'Coming? Tap, or reply "yes" or "no".\n'
        "\n"
        "The newest list is further down."
    )


def test_a_post_about_an_earlier_time_is_corrected(words: Renderer) -> None:
    facts = post_facts(is_outdated=True, is_newest=False, moved_from=datetime(2026, 12, 1, 14))
    assert read(words.text("meetings/post.html", language="en", **facts)) == (
        "<b>Wajir meeting</b>\n"
        "<s>Tue 1 Dec, 14:00</s>\n"
        "Moved: now <b>Thu 3 Dec, 10:00–12:00</b>\n"
        "📍 County Hall, or by phone\n"
        "\n"
        "Please answer under the newest message."
    )


@pytest.mark.parametrize("kind", ["announced", "moved", "reminder-1d", "reminder-1h"])
def test_every_post_about_a_cancelled_meeting_says_so_and_nothing_else(
    words: Renderer, kind: str
) -> None:
    facts = post_facts(kind=kind, meeting=make_meeting(state=State.CANCELLED))
    assert read(words.text("meetings/post.html", language="en", **facts)) == (
        "❌ <b>CANCELLED</b>\n<b>Wajir meeting</b>\n<s>Thu 3 Dec, 10:00–12:00</s>"
    )


def test_a_place_that_is_not_known_is_said_to_be_so(words: Renderer) -> None:
    facts = post_facts(meeting=make_meeting(place=""))
    lines = words.text("meetings/post.html", language="en", **facts).splitlines()
    assert lines[2] == "📍 The place is not said yet"


def test_with_many_organisations_the_counts_come_first_and_names_are_limited(
    words: Renderer,
) -> None:
    facts = post_facts(
        attendance=make_attendance(
            coming=[f"Org {n}" for n in range(1, 16)], cannot=["Red Dune"], silent=["NDMA"]
        )
    )
    lines = read(words.text("meetings/post.html", language="en", **facts)).splitlines()
    assert lines[6:-2] == [
        "✅ Coming 15 · ❌ Cannot 1 · ⏳ No answer yet 1",
        "✅ Org 1, Org 2, Org 3, Org 4, Org 5, Org 6 … and 9 more",
        "❌ Red Dune",
        "⏳ NDMA",
    ]


def test_names_give_way_when_a_post_would_not_fit_one_message(words: Renderer) -> None:
    names = ["😀" * 64] * 12
    facts = post_facts(attendance=make_attendance(coming=names, phone=names, silent=names))
    text = words.post("meetings/post.html", languages=["en", "sw"], **facts)
    assert "✅ Coming 12 · 📞 By phone 12 · ⏳ No answer yet 12" in text
    assert "… and 9 more" in text


def test_a_meeting_past_midnight_says_both_days(words: Renderer) -> None:
    text = words.text(
        "meetings/span.html",
        language="en",
        starts=STARTS.replace(hour=22),
        ends=ENDS + timedelta(hours=14),
        local_now=WEDNESDAY,
    )
    assert text == "Thu 3 Dec, 22:00 – Fri 4 Dec, 02:00"


# --- Several languages ----------------------------------------------------------------------------


def test_the_first_language_stands_open_and_the_others_are_folded(words: Renderer) -> None:
    text = words.post("meetings/change_kept.html", languages=["sw", "en"], group=make_group())
    assert read(text) == (
        "Mkutano wa Wajir unabaki kama ulivyo.\n"
        "\n"
        "<blockquote expandable>The meeting of Wajir stays as it is.</blockquote>"
    )


@pytest.mark.parametrize("languages", [["en"], ["en", "en"], ["en", "fr"]])
def test_nothing_is_said_twice(words: Renderer, languages: list[str]) -> None:
    text = words.post("meetings/change_kept.html", languages=languages, group=make_group())
    assert read(text) == "The meeting of Wajir stays as it is."


def test_a_label_joins_the_languages_under_one_emoji(words: Renderer) -> None:
    names = ("coming", "confirm", "keep")
    labels = [words.label(name, languages=["en", "sw"]) for name in names]
    assert labels == [
        "✅ Coming · Nakuja",
        "✅ Yes, announce it · Ndiyo, tangaza",
        "Leave as it is · Acha ulivyo",
    ]


def test_a_label_has_as_many_languages_as_a_small_phone_shows(words: Renderer) -> None:
    labels = [words.label(name, languages=LANGUAGES) for name in ("coming", "change", "cancel")]
    assert labels == [
        "✅ Coming · Nakuja · Waan imanayaa",
        "✏️ Move or cancel · Hamisha au futa",
        "❌ Cancel the meeting · Futa mkutano",
    ]


def test_the_first_language_of_a_label_is_whole_however_long(words: Renderer) -> None:
    label = words.label("admit", languages=LANGUAGES, person="W" * 30, organisation="M" * 30)
    assert read(label) == f"✅ {'W' * 30} ({'M' * 30})"


def test_equal_labels_stand_once(words: Renderer) -> None:
    assert words.label("coming", languages=["en", "fr"]) == "✅ Coming"


def test_a_name_is_isolated_so_that_it_cannot_turn_the_line_around(words: Renderer) -> None:
    text = words.text("meetings/change_kept.html", language="en", group=make_group(name="واجير"))
    assert text == "The meeting of \u2068واجير\u2069 stays as it is."


def test_a_template_compiled_for_one_language_says_nothing_of_it_in_another(tmp_path: Path) -> None:
    planted = tmp_path / "chat" / "planted.txt"
    planted.parent.mkdir()
    # Jinja works out while it compiles what depends on no fact.
    planted.write_text('{{ "DE"|country }} {% trans %}Cancel{% endtrans %}')
    renderer = Renderer(Catalogues(), tmp_path)

    said = [renderer.text("planted.txt", language=code) for code in ("en", "sw", "en")]

    assert said == ["Germany Cancel", "Ujerumani Acha", "Germany Cancel"]


def test_a_fact_that_is_missing_is_an_error_and_not_a_gap(words: Renderer) -> None:
    with pytest.raises(UndefinedError):
        words.text("meetings/change_kept.html", language="en")


# --- Questions, lists, help -----------------------------------------------------------------------


QUESTION = {
    "group": make_group(),
    "starts": STARTS,
    "ends": ENDS,
    "where": Where("County Hall"),
    "is_private": False,
    "following": None,
    "before": None,
    "local_now": WEDNESDAY,
    "in_other_words": [],
    "warnings": [],
}


def test_the_question_before_planning_repeats_what_was_understood(words: Renderer) -> None:
    assert read(words.text("meetings/proposal.html", language="en", **QUESTION)) == (
        "Is this right?\n"
        "\n"
        "<b>Wajir meeting</b>\n"
        "<b>Thu 3 Dec, 10:00–12:00</b>\n"
        "📍 County Hall, or by phone\n"
        "\n"
        "If you say yes, it is announced to the group."
    )


def test_the_question_before_planning_in_swahili(words: Renderer) -> None:
    assert read(words.text("meetings/proposal.html", language="sw", **QUESTION)) == (
        "Je, ni sahihi?\n"
        "\n"
        "<b>Mkutano wa Wajir</b>\n"
        "<b>Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)</b>\n"
        "📍 County Hall, au kwa simu\n"
        "\n"
        "Ukisema ndiyo, utatangazwa kwa kikundi."
    )


def test_the_question_also_says_the_time_in_the_words_of_the_others(words: Renderer) -> None:
    facts = QUESTION | {"in_other_words": ["saa 4", "ሰዓት 4"]}
    lines = words.text("meetings/proposal.html", language="en", **facts).splitlines()
    assert lines[3:6] == ["<b>Thu 3 Dec, 10:00–12:00</b>", "saa 4", "ሰዓት 4"]


def test_a_plan_for_another_year_says_which(words: Renderer) -> None:
    facts = QUESTION | {"local_now": STARTS - timedelta(days=360)}
    text = words.text("meetings/proposal.html", language="en", **facts)
    assert "<b>Thu 3 Dec 2026, 10:00–12:00</b>" in text


def test_the_question_before_moving_strikes_the_old_time_and_place_through(words: Renderer) -> None:
    text = words.text(
        "meetings/proposal.html",
        language="en",
        group=make_group(),
        starts=STARTS + timedelta(days=1),
        ends=ENDS + timedelta(days=1),
        where=Where("School"),
        is_private=False,
        following=None,
        before=make_meeting(),
        local_now=WEDNESDAY,
        in_other_words=[],
        warnings=[],
    )
    assert read(text) == (
        "Is this change right?\n\n<b>Wajir meeting</b>\n<s>Thu 3 Dec, 10:00–12:00</s>\n"
        "📍 <s>County Hall</s>\n\n<b>Fri 4 Dec, 10:00–12:00</b>\n📍 School, or by phone\n\n"
        "If you say yes, the group is told, and everybody is asked again."
    )


def test_a_list_without_meetings_says_so_and_how_to_plan_one(words: Renderer) -> None:
    said = [
        words.text("meetings/list.html", language="sw", items=[], can_plan=can, example=THURSDAY)
        for can in (True, False)
    ]
    nothing = "Hakuna mkutano uliopangwa."
    how = "<code>/mkutano 3 Desemba saa 4 asubuhi Ukumbi wa Kaunti</code>"
    assert said == [f"{nothing}\n\nKupanga mkutano, andika kwa mfano:\n{how}", nothing]


def test_a_command_has_its_name_and_purpose_in_each_language(words: Renderer) -> None:
    assert [words.command("meeting", language=code) for code in LANGUAGES] == [
        Command("meeting", "plan a meeting"),
        Command("mkutano", "panga mkutano"),
        Command("kulan", "qorshee kulan"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_of_commands_fit_the_menu(words: Renderer, language: str) -> None:
    lengths = {name: len(words.command(name, language=language).description) for name in COMMANDS}
    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_every_name_of_a_command_can_be_typed_and_means_one_command(words: Renderer) -> None:
    named = [
        (alias, name)
        for name in COMMANDS
        for alias in {a for many in words.catalogues.words("command", name).values() for a in many}
    ] + [(alias, "item") for alias in words.control_words("next-item")]
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", alias) for alias, _ in named)
    assert len(dict(named)) == len(named)


# --- Toasts ---------------------------------------------------------------------------------------


def test_a_toast_is_plain_text(words: Renderer) -> None:
    text = words.text(
        "meetings/toast_answered.txt",
        language="en",
        organisation="A & <b>",
        answer=Answer.COMING,
        counts_as=Answer.COMING,
    )
    assert read(text) == "✅ Noted: A & <b> comes. Thank you!"


def test_a_toast_that_is_too_long_is_cut_between_characters(words: Renderer) -> None:
    facts = {"organisation": "👩🏽‍🚒" * 16, "answer": Answer.PHONE}
    text = words.text("meetings/toast_pending.txt", language="sw", **facts)
    assert units(text) <= TOAST_LIMIT
    assert "watashiriki kwa simu" in text


# --- Refusals -------------------------------------------------------------------------------------


def test_a_refusal_says_what_was_understood_what_not_and_what_works(words: Renderer) -> None:
    text = words.text(
        "errors/time_missing.html", language="en", understood_date=THURSDAY, example=THURSDAY
    )
    assert text == (
        "I understood the day, Thu 3 Dec, but not the time. Please write the time, too.\n"
        "For example: <code>/meeting 3 Dec 10:00 County Hall</code>"
    )


def test_times_that_can_be_meant_are_listed_in_both_ways(words: Renderer) -> None:
    text = words.text(
        "errors/time_ambiguous.html",
        language="sw",
        said="saa 4",
        options=(STARTS.time(), STARTS.replace(hour=22).time()),
        date=THURSDAY,
        example=THURSDAY,
    )
    assert read(text) == (
        'Nimeelewa siku, Alhamisi 3 Desemba.\n"saa 4" inaweza kuwa saa tofauti:\n'
        "\n"
        "• 10:00, saa 4 asubuhi\n"
        "• 22:00, saa 4 usiku\n"
        "\n"
        "Tafadhali andika tena kwa saa unayomaanisha.\n"
        "Kwa mfano: <code>/mkutano 3 Desemba saa 4 asubuhi Ukumbi wa Kaunti</code>"
    )


def example(html: str) -> str:
    """Return what stands in <code>, without the command."""
    typed = code_in(html)
    return re.sub(r"^/\w+ ", "", typed)


def code_in(html: str) -> str:
    text, entities = parse(html)
    code = next(entity for entity in entities if entity.type == "code")
    return text.encode("utf-16-le")[2 * code.offset : 2 * code.end].decode("utf-16-le")


@pytest.mark.parametrize(
    ("language", "place"),
    [("en", "County Hall"), ("sw", "Ukumbi wa Kaunti"), ("so", "Hoolka Ismaamulka")],
)
@pytest.mark.parametrize("hours", [None, 2])
def test_the_example_of_a_meeting_works_when_it_is_typed(
    words: Renderer, language: str, place: str, hours: int | None
) -> None:
    facts = {"starts": STARTS, "ends": STARTS, "longest": timedelta(hours=12), "example": THURSDAY}
    template = "errors/meeting_too_long.html" if hours else "errors/date_in_the_past.html"
    typed = example(words.text(template, language=language, **facts))

    when = read_when(typed, now=datetime(2026, 11, 27, 9), languages=(language,))

    ends = STARTS + timedelta(hours=hours) if hours else None
    assert (when.starts, when.ends, when.rest) == (STARTS, ends, place)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "3 Dec 10:00"),
        ("sw", "3 Desemba saa 4 asubuhi"),
        ("so", "3 Diseembar 10:00"),
    ],
)
def test_the_example_for_a_reply_has_neither_command_nor_place(
    words: Renderer, language: str, typed: str
) -> None:
    facts = {"understood_date": THURSDAY, "example": THURSDAY, "is_reply": True}
    assert code_in(words.text("errors/time_missing.html", language=language, **facts)) == typed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hour", range(24))
def test_the_example_of_a_new_time_works_at_any_hour(
    words: Renderer, language: str, hour: int
) -> None:
    meeting = make_meeting(
        starts_at=make_meeting().starts_at.replace(hour=hour),
        ends_at=make_meeting().starts_at.replace(hour=hour) + timedelta(hours=2),
    )
    text = words.text(
        "meetings/change.html",
        language=language,
        group=make_group(),
        meeting=meeting,
        rhythm=None,
        is_edited=False,
    )

    when = read_when(example(text), now=datetime(2026, 11, 27, 9), languages=(language,))

    assert when.starts == meeting.starts + timedelta(days=7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_set_up_works_when_it_is_typed(words: Renderer, language: str) -> None:
    typed = example(words.text("errors/setup_unreadable.html", language=language, said=""))
    setup = read_setup(typed, words=words.setup_words)
    assert (setup.name, setup.zone, set(setup.languages), len(setup.organisations)) == (
        "Wajir",
        "Africa/Nairobi",
        {"en", language if language != "en" else "sw"},
        2,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_coalition_works_when_it_is_typed(words: Renderer, language: str) -> None:
    typed = example(words.text("errors/coalition_unreadable.html", language=language))
    founding = read_founding(typed, languages=words.language_names)
    assert (set(founding.languages), founding.contact) == ({"en", "sw"}, "")


# --- Keyboards ------------------------------------------------------------------------------------


def test_a_keyboard_has_the_form_of_the_bot_api(words: Renderer) -> None:
    keyboard = words.keyboard(keyboards.answers(7), languages=["en", "sw"])
    assert keyboard == {
        "inline_keyboard": [
            [
                {"text": "✅ Coming · Nakuja", "callback_data": "answer:7:coming"},
                {"text": "📞 By phone · Kwa simu", "callback_data": "answer:7:phone"},
            ],
            [
                {"text": "🔁 Alternate · Mbadala", "callback_data": "answer:7:alternate"},
                {"text": "❌ Cannot · Siwezi", "callback_data": "answer:7:cannot"},
            ],
            [
                {"text": "📅 Calendar file", "callback_data": "file:7"},
                {"text": "📋 Copy for WhatsApp", "callback_data": "copy:7"},
            ],
            [{"text": "✏️ Move or cancel", "callback_data": "change:7"}],
        ]
    }


def test_labels_that_are_too_long_to_share_a_row_stand_below_each_other(words: Renderer) -> None:
    keyboard = words.keyboard(keyboards.answers(7), languages=LANGUAGES)
    assert [[button["text"] for button in row] for row in keyboard["inline_keyboard"]] == [
        ["✅ Coming · Nakuja · Waan imanayaa"],
        ["📞 By phone · Kwa simu · Taleefan"],
        ["🔁 Alternate · Mbadala · Ku-xigeen"],
        ["❌ Cannot · Siwezi · Ma imaan karo"],
        ["📅 Calendar file", "📋 Copy for WhatsApp"],
        ["✏️ Move or cancel"],
    ]


@pytest.mark.parametrize("languages", list(itertools.permutations(LANGUAGES)), ids="-".join)
def test_every_language_finds_its_answers_under_a_post(
    words: Renderer, languages: tuple[str, ...]
) -> None:
    for answer in Answer:
        label = words.label(answer, languages=languages)
        alone = [words.label(answer, languages=[language]) for language in languages]
        assert label.split(" · ") == [alone[0], *(said.split(" ", 1)[1] for said in alone[1:])]


def test_languages_are_offered_in_their_own_names(words: Renderer) -> None:
    keyboard = words.keyboard(keyboards.languages(["en", "sw"]), languages=["sw"])
    assert keyboard == {
        "inline_keyboard": [
            [{"text": "English", "callback_data": "language:en"}],
            [{"text": "Kiswahili", "callback_data": "language:sw"}],
        ]
    }


def test_minutes_of_a_meeting_to_which_nobody_came_have_no_empty_line_below_that(
    words: Renderer,
) -> None:
    record = held.make_record("Wajir", present=(), apologies=(), absent=("Maji Bora",))

    text = words.text("minutes/body.html", language="en", record=record, state="published")

    below = text.partition("Present: 0 of 3 organisations</b>\n")[2]
    assert below.startswith("⚠️ 2 organisations make a quorum. It was not there.\nAbsent:")
