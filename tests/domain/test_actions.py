"""What an action says of who does it, until when, and where it belongs."""

from datetime import date, datetime

import pytest

from bot.domain import actions
from bot.domain.actions import AmendmentUnclear, Around, Candidate, Reading
from bot.domain.progress import Word
from bot.rendering.messages import renderer

NOW = datetime(2026, 11, 23, 9)
"""A Monday."""
FRIDAY = date(2026, 11, 27)
FRIDAY_WEEK = date(2026, 12, 4)
TWENTIETH = date(2026, 12, 20)
TWO_WEEKS = date(2026, 12, 7)
NEXT_MEETING = date(2026, 12, 9)
LANGUAGES = ("en", "sw", "so")
AMINA = Candidate("Amina Hassan", 1, "Maji Bora Trust", 1)
OTHER_AMINA = Candidate("Amina Yusuf", 2, "Red Dune", 2)
PETER = Candidate("Peter Otieno", 3, "Maji Bora Trust", 1)
MAJI_BORA = Candidate("Maji Bora Trust", organisation="Maji Bora Trust", organisation_id=1)
WATER = Candidate("Water Partners", organisation="Water Partners", organisation_id=3)
KNOWN = (AMINA, OTHER_AMINA, PETER, MAJI_BORA, WATER)


def read(text: str, mentions: dict[str, int | None] | None = None) -> Reading:
    """Return an action as it is read among these people."""
    around = Around(KNOWN, mentions or {}, PETER.member_id, NEXT_MEETING)
    return actions.read(text, around, renderer().action_words, now=NOW, languages=LANGUAGES)


def amend(text: str) -> Reading:
    """Return what is said under an action, as it is read among these people."""
    around = Around(KNOWN, {}, PETER.member_id, NEXT_MEETING)
    return actions.amend(text, around, renderer().action_words, now=NOW, languages=LANGUAGES)


@pytest.mark.parametrize(
    ("said", "text", "owner", "due"),
    [
        ("Peter: repair the borehole by Friday", "repair the borehole", PETER, FRIDAY),
        ("By Friday Peter to repair it", "repair it", PETER, FRIDAY),
        ("Maji Bora to send the list, due 10 Dec", "send the list", MAJI_BORA, date(2026, 12, 10)),
        ("Peter, repair it, Friday", "repair it", PETER, FRIDAY),
        ("Repair it, MBT, Friday", "Repair it", MAJI_BORA, FRIDAY),
        ("Repair it (Peter) by 10/12/2026", "Repair it", PETER, date(2026, 12, 10)),
        ("Repair it - Peter", "Repair it", PETER, None),
        ("for Maji Bora: send the list", "send the list", MAJI_BORA, None),
        ("Amina of Red Dune: call", "call", OTHER_AMINA, None),
        ("Amina (Red Dune): call", "call", OTHER_AMINA, None),
        ("AMINA HASSAN: call", "call", AMINA, None),
        ("Peter: kukarabati kisima kabla ya Ijumaa", "kukarabati kisima", PETER, FRIDAY),
        ("Peter: kukarabati kisima hadi Ijumaa", "kukarabati kisima", PETER, FRIDAY),
        (
            "Peter anapaswa kutuma orodha ifikapo 10 Desemba",
            "kutuma orodha",
            PETER,
            date(2026, 12, 10),
        ),
        ("me: call the governor", "call the governor", PETER, None),
        ("Peter: dig by Friday week", "dig", PETER, FRIDAY_WEEK),
        ("Peter: dig, Friday week", "dig", PETER, FRIDAY_WEEK),
        ("Peter: dig a week on Friday", "dig", PETER, FRIDAY_WEEK),
        ("Peter: dig by Friday this week", "dig", PETER, FRIDAY),
        ("Peter: dig by Friday of next week", "dig", PETER, FRIDAY_WEEK),
        ("Peter: qod ilaa Jimcaha toddobaadka dambe", "qod", PETER, FRIDAY_WEEK),
        ("Peter: kuchimba kabla ya Ijumaa ya wiki ijayo", "kuchimba", PETER, FRIDAY_WEEK),
        (
            "Peter: write the report of Friday week 2",
            "write the report of Friday week 2",
            PETER,
            None,
        ),
        ("I will call the governor by Friday", "call the governor", PETER, FRIDAY),
        ("mimi nitampigia gavana leo", "mimi nitampigia gavana", PETER, NOW.date()),
        ("I'll send the list by Friday", "send the list", PETER, FRIDAY),
        ("I\u2019ll send the list", "send the list", PETER, None),
        ("I'm going to call the governor", "call the governor", PETER, None),
        ("Fix the pump, I'll do it by Friday", "Fix the pump, I'll do it", PETER, FRIDAY),
        ("Nitatuma orodha hadi Ijumaa", "Nitatuma orodha", PETER, FRIDAY),
        ("mimi: kutuma orodha", "kutuma orodha", PETER, None),
        ("aniga: dir liiska ilaa Jimcaha", "dir liiska", PETER, FRIDAY),
        ("Waan diri doonaa liiska", "Waan diri doonaa liiska", PETER, None),
        ("Waxaan diri doonaa liiska", "Waxaan diri doonaa liiska", PETER, None),
        (
            "We shall fix the pump at Griftu, Peter will do it by Friday",
            "We shall fix the pump at Griftu, Peter will do it",
            PETER,
            FRIDAY,
        ),
        ("Peter: kupiga simu leo", "kupiga simu", PETER, NOW.date()),
        ("Peter: kupiga simu, leo", "kupiga simu", PETER, NOW.date()),
        ("Peter: kupiga simu hadi leo", "kupiga simu", PETER, NOW.date()),
        ("Peter: kumpigia Leo", "kumpigia Leo", PETER, None),
        ("Peter: kukarabati kisima hadi tarehe 20/12", "kukarabati kisima", PETER, TWENTIETH),
        ("Peter: kukarabati kabla ya tarehe 20/12", "kukarabati", PETER, TWENTIETH),
        ("Peter: kukarabati, tarehe 20/12", "kukarabati", PETER, TWENTIETH),
        ("Peter: hagaaji ceelka ilaa Jimcaha", "hagaaji ceelka", PETER, FRIDAY),
        ("Peter: hagaaji ceelka ka hor Jimcaha", "hagaaji ceelka", PETER, FRIDAY),
        ("Repair it by Peter by Friday", "Repair it", PETER, FRIDAY),
        ("Repair it, owner Maji Bora Trust, by Friday", "Repair it", MAJI_BORA, FRIDAY),
        ("Peter: repair it next week", "repair it", PETER, date(2026, 12, 4)),
        ("Peter: repair it by the end of next week", "repair it", PETER, date(2026, 12, 4)),
        ("Peter: kukarabati mwisho wa wiki", "kukarabati", PETER, FRIDAY),
        ("Peter: repair it tomorrow morning", "repair it", PETER, date(2026, 11, 24)),
        ("Peter: repair it on Friday.", "repair it", PETER, FRIDAY),
        ("Peter: kukarabati Ijumaa ijayo", "kukarabati", PETER, FRIDAY),
        ("Peter: hagaaji ceelka Jimcaha soo socda", "hagaaji ceelka", PETER, FRIDAY),
        ("Peter: repair it by next week", "repair it", PETER, date(2026, 12, 4)),
        ("Peter: kukarabati kabla ya wiki ijayo", "kukarabati", PETER, date(2026, 12, 4)),
        ("Peter: repair it by the end of the month", "repair it", PETER, date(2026, 11, 30)),
        ("Peter: repair it by end of month.", "repair it", PETER, date(2026, 11, 30)),
        ("Repair it by end of month, Peter", "Repair it", PETER, date(2026, 11, 30)),
        ("Peter: kukarabati mwisho wa mwezi", "kukarabati", PETER, date(2026, 11, 30)),
        ("Peter: kukarabati mwisho wa mwezi ujao", "kukarabati", PETER, date(2026, 12, 31)),
        ("Peter: write the end of month report", "write the end of month report", PETER, None),
        ("Peter: repair it in 10 days", "repair it", PETER, date(2026, 12, 3)),
        ("Peter: repair it within two weeks", "repair it", PETER, TWO_WEEKS),
        ("Peter: repair it two weeks from now", "repair it", PETER, TWO_WEEKS),
        ("Peter: kukarabati ndani ya wiki mbili", "kukarabati", PETER, TWO_WEEKS),
        ("Peter: hagaaji ceelka laba toddobaad gudahood", "hagaaji ceelka", PETER, TWO_WEEKS),
        ("Peter: repair it in a month", "repair it", PETER, date(2026, 12, 23)),
        ("Peter: kukarabati ndani ya miezi mitatu", "kukarabati", PETER, date(2027, 2, 23)),
        ("Peter: repair it by the 15th", "repair it", PETER, date(2026, 12, 15)),
        ("Peter: repair it, 15th", "repair it", PETER, date(2026, 12, 15)),
        ("Peter: kukarabati tarehe 15", "kukarabati", PETER, date(2026, 12, 15)),
        ("Peter: hagaaji ceelka 15ka", "hagaaji ceelka", PETER, date(2026, 12, 15)),
        ("Peter: repair it by December", "repair it", PETER, date(2026, 12, 31)),
        ("Peter: repair it by January", "repair it", PETER, date(2027, 1, 31)),
        ("Peter: kukarabati kufikia Desemba", "kukarabati", PETER, date(2026, 12, 31)),
        ("Peter: hagaaji ceelka ilaa Diseembar", "hagaaji ceelka", PETER, date(2026, 12, 31)),
        ("Peter: repair it next month", "repair it", PETER, date(2026, 12, 31)),
        ("Peter: repair it before the next meeting", "repair it", PETER, NEXT_MEETING),
        ("Peter: kukarabati kabla ya mkutano ujao", "kukarabati", PETER, NEXT_MEETING),
        ("Peter: hagaaji ceelka ka hor kulanka soo socda", "hagaaji ceelka", PETER, NEXT_MEETING),
        ("Peter: speak at the next meeting", "speak at the next meeting", PETER, NEXT_MEETING),
        # How the sentence goes on is theirs, so it stays whole.
        ("Maji Bora repairs the borehole", "Maji Bora repairs the borehole", MAJI_BORA, None),
        (
            "Maji Bora watume orodha hadi kesho",
            "Maji Bora watume orodha",
            MAJI_BORA,
            date(2026, 11, 24),
        ),
    ],
)
def test_who_and_until_when_are_read(
    said: str, text: str, owner: Candidate, due: date | None
) -> None:
    assert read(said) == Reading(text, (owner,), due=due)


@pytest.mark.parametrize(
    "said",
    [
        "Water: who goes where",
        "Send the minutes of 3 Dec",
        "The list is signed by all",
        "water partners meet",
        "Repair the borehole at Griftu",
        "Trucks: 3 of 10",
        "Invite all for Friday",
        "Write the minutes of the 15th",
        "Kutuma orodha ya Ijumaa",
        "Report every Friday",
        "Plan before December rains",
        "Hold a training of two weeks",
        "Pray for rain in march",
        "Ill people need transport",
        "Nitasha to send the list",
        "Nitasha: tuma orodha",
    ],
)
def test_words_that_name_nobody_and_no_day_stay_as_they_are(said: str) -> None:
    assert read(said) == Reading(said)


def test_between_two_people_of_one_name_nobody_is_chosen() -> None:
    assert read("Amina: call by Friday") == Reading("call", (AMINA, OTHER_AMINA), "Amina", FRIDAY)


@pytest.mark.parametrize(
    ("said", "owners"),
    [
        ("Amina and Peter to repair it", (AMINA, OTHER_AMINA, PETER)),
        ("Amina Hassan, Peter: repair it", (AMINA, PETER)),
        ("Peter & Maji Bora: repair it", (PETER, MAJI_BORA)),
        ("Maji Bora, Water Partners: repair it", (MAJI_BORA, WATER)),
        ("Maji Bora Trust and Water Partners to repair it", (MAJI_BORA, WATER)),
        ("Peter na Amina Hassan watengeneze", (PETER, AMINA)),
        ("Peter iyo Maji Bora: hagaaji", (PETER, MAJI_BORA)),
        ("Repair it, Peter, Amina Hassan", (PETER, AMINA)),
        ("Repair it by Peter and Amina Hassan", (PETER, AMINA)),
        ("Peter and Zawadi repair it", (PETER,)),
    ],
)
def test_of_several_who_do_it_none_is_chosen_and_the_words_keep_all(
    said: str, owners: tuple[Candidate, ...]
) -> None:
    found = read(f"{said}, Friday")

    assert (found.text, found.owners, found.owner) == (said, owners, None)
    assert (found.is_shared, found.due) == (True, FRIDAY)
    assert found.owner_said in said


def test_several_who_are_mentioned_are_all_meant() -> None:
    found = read("@peter_o call, @zawadi too", {"@peter_o": None, "@zawadi": None})

    assert (found.owners, found.is_shared) == ((PETER,), True)
    assert found.owner_said == "@peter_o & @zawadi"


@pytest.mark.parametrize(
    "said", ["Peter, Maji Bora: call", "Peter and others: call", "Peter to call with Amina"]
)
def test_one_person_with_an_organisation_or_helpers_is_one(said: str) -> None:
    assert read(said).owner == PETER


@pytest.mark.parametrize("said", ["Visit Griftu, Buna and Peter", "Water and Peace: who goes"])
def test_what_is_joined_and_names_nobody_stays_as_it_is(said: str) -> None:
    assert read(said) == Reading(said)


def test_names_that_came_later_are_added_to_the_words_once() -> None:
    assert actions.with_names("Repair it", "Amina and Peter") == "Repair it (Amina and Peter)"
    said = "Amina and Peter: repair it"
    assert actions.with_names(said, "Amina and Peter") == said


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Peter: call\n\nMaji Bora to send it", ["Peter: call", "Maji Bora to send it"]),
        ("- Peter: call\n2. Amina: write", ["Peter: call", "Amina: write"]),
        ("Peter: call\nit is urgent", ["Peter: call\nit is urgent"]),
        ("Peter: call", ["Peter: call"]),
        ("- Peter: call", ["Peter: call"]),
        ("- call the county\n- send the list", ["call the county", "send the list"]),
        ("Peter:\n- call\n- write", ["Peter: call", "Peter: write"]),
        ("Actions:\n- Peter: call\n- write", ["Peter: call", "write"]),
        ("Peter: call\n- write", ["Peter: call", "write"]),
    ],
)
def test_each_line_that_says_who_and_each_point_of_a_list_is_an_action(
    said: str, parts: list[str]
) -> None:
    words = renderer().action_words
    found = actions.separate(said, Around(KNOWN), words, now=NOW, languages=LANGUAGES)

    assert found == parts


@pytest.mark.parametrize(
    "lines",
    [
        ["me: call", "Amina Hassan: write"],
        ["I'll send the list by Friday", "I will call"],
        ["Nitatuma orodha", "Peter: kupiga simu"],
        ["Waan diri doonaa liiska", "aniga: dir liiska"],
    ],
)
def test_a_line_of_whoever_speaks_says_who(lines: list[str]) -> None:
    around = Around(KNOWN, speaker=PETER.member_id)
    words = renderer().action_words
    found = actions.separate("\n".join(lines), around, words, now=NOW, languages=LANGUAGES)

    assert found == lines


def test_a_mention_means_the_person_behind_it() -> None:
    said = "Amina call the county"

    assert read(said, {"Amina": 2}) == Reading("call the county", (OTHER_AMINA,))


def test_who_is_mentioned_by_whoever_will_do_it_does_not_do_it() -> None:
    found = read("I'll send the list to @amina", {"@amina": 1})

    assert found == Reading("send the list to @amina", (PETER,))


def test_a_user_name_is_compared_with_the_names_of_people() -> None:
    assert read("@peter_o254 to call", {"@peter_o254": None}) == Reading("call", (PETER,))


def test_a_user_name_that_nobody_bears_is_kept_as_it_was_written() -> None:
    assert read("@zawadi call", {"@zawadi": None}) == Reading("call", owner_said="@zawadi")


@pytest.mark.parametrize(
    "said",
    [
        "3 Nov",
        "30 Feb",
        "Tue 27 Nov",
        "next Friday",
        "October",
        "the 32nd",
        "mid December",
        "Monday or Tuesday",
    ],
)
def test_a_day_that_is_over_or_unclear_stays_among_the_words(said: str) -> None:
    assert read(f"Peter: call by {said}") == Reading(
        f"call by {said}", (PETER,), unclear=said.removeprefix("the ")
    )


@pytest.mark.parametrize("said", ["before the next meeting", "kabla ya mkutano ujao"])
def test_the_next_meeting_is_asked_about_if_none_is_planned(said: str) -> None:
    words = renderer().action_words
    found = actions.read(f"call {said}", Around(), words, now=NOW, languages=LANGUAGES)

    assert (found.text, found.due) == (f"call {said}", None)
    assert found.unclear.endswith(("next meeting", "mkutano ujao"))


def test_an_hour_beside_the_day_stays_among_the_words() -> None:
    assert read("call by Friday 17:00") == Reading("call by Friday 17:00", due=FRIDAY)


@pytest.mark.parametrize(
    ("said", "text", "stream"),
    [
        ("Repair it #water", "Repair it", "water"),
        ("#Common-Agenda write it", "write it", "Common-Agenda"),
        ("#maji_safi Repair it", "Repair it", "maji_safi"),
        ("#أمن Repair it", "Repair it", "أمن"),
        ("Finish #1", "Finish #1", ""),
        ("a#b", "a#b", ""),
    ],
)
def test_a_stream_is_kept_as_it_was_written(said: str, text: str, stream: str) -> None:
    assert read(said) == Reading(text, stream=stream)


@pytest.mark.parametrize(
    ("said", "reading"),
    [
        ("Friday", Reading("", due=FRIDAY)),
        ("on Friday", Reading("", due=FRIDAY)),
        ("no, by 12 Dec", Reading("", due=date(2026, 12, 12))),
        ("hapana, hadi Ijumaa", Reading("", due=FRIDAY)),
        ("maya, Jimcaha", Reading("", due=FRIDAY)),
        ("within two weeks", Reading("", due=TWO_WEEKS)),
        ("wiki mbili", Reading("", due=TWO_WEEKS)),
        ("by the 15th", Reading("", due=date(2026, 12, 15))),
        ("15", Reading("", due=date(2026, 12, 15))),
        ("tarehe 15", Reading("", due=date(2026, 12, 15))),
        ("December", Reading("", due=date(2026, 12, 31))),
        ("next month", Reading("", due=date(2026, 12, 31))),
        ("next meeting", Reading("", due=NEXT_MEETING)),
        ("mkutano ujao", Reading("", due=NEXT_MEETING)),
        ("next Friday", Reading("", unclear="next Friday")),
        ("Peter", Reading("", (PETER,))),
        ("Peter and Zawadi", Reading("", (PETER,), "Peter and Zawadi", is_shared=True)),
        ("MBT, WP", Reading("", (MAJI_BORA, WATER), "MBT, WP", is_shared=True)),
        ("no, Peter, Friday", Reading("", (PETER,), due=FRIDAY)),
        ("Maji", Reading("", (MAJI_BORA,))),
        ("Hassan Ali", Reading("", owner_said="Hassan Ali")),
        ("#water", Reading("", stream="water")),
        ("by 3 Nov", Reading("", unclear="3 Nov")),
        ("Amina", Reading("", (AMINA, OTHER_AMINA), "Amina")),
    ],
)
def test_what_is_said_under_an_action_corrects_it(said: str, reading: Reading) -> None:
    assert amend(said) == reading


@pytest.mark.parametrize("said", ["we will see", "is it safe there?", "…", "thanks to all of you"])
def test_talk_under_an_action_is_not_read_as_a_name(said: str) -> None:
    with pytest.raises(AmendmentUnclear):
        amend(said)


@pytest.mark.parametrize("said", ["undo", "Take it back.", "ondoa", "ka noqo"])
def test_an_action_is_taken_back_in_every_language(said: str) -> None:
    assert actions.is_undo(said, renderer().action_words)
    assert not actions.is_undo(f"{said} Friday", renderer().action_words)


@pytest.mark.parametrize(
    ("said", "text", "until"),
    [
        ("train the team, before the long rains", "train the team", "before the long rains"),
        ("train the team (during Ramadan)", "train the team", "during Ramadan"),
        ("train the team, by before the rains", "train the team", "before the rains"),
        ("funza timu, baada ya mvua", "funza timu", "baada ya mvua"),
        ("send it, by email", "send it, by email", ""),
        ("buy pipes, bolts", "buy pipes, bolts", ""),
        ("before the long rains", "before the long rains", ""),
    ],
)
def test_a_time_that_is_no_day_is_kept_in_its_words(said: str, text: str, until: str) -> None:
    assert actions.with_timeline(said, renderer().action_words) == (text, until)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("count the goats by 1 Nov", "count the goats"),
        ("count the goats, 1 Nov, in Buna", "count the goats, in Buna"),
        ("clinic day by 31 Feb", "clinic day"),
        ("count the goats", "count the goats"),
        ("count 12 goats by Friday", "count 12 goats by Friday"),
    ],
)
def test_a_day_that_is_over_leaves_the_words_when_another_is_said(said: str, left: str) -> None:
    words = renderer().action_words
    assert actions.without_unclear(said, words, now=NOW, languages=LANGUAGES) == left


def test_all_who_are_named_together_are_known_or_none_is_taken_for_known() -> None:
    words = renderer().action_words
    assert actions.all_of("Peter and Amina Hassan", Around(KNOWN), words) == (PETER, AMINA)
    assert actions.all_of("Peter and Amina", Around(KNOWN), words) == ()
    assert actions.all_of("Peter and Barasa", Around(KNOWN), words) == ()


@pytest.mark.parametrize(
    ("said", "text", "support"),
    [
        ("dig a well, support: a drill rig", "dig a well", "a drill rig"),
        ("dig a well. Support required: fuel, a driver", "dig a well", "fuel, a driver"),
        ("dig a well (support: a drill rig)", "dig a well", "a drill rig"),
        ("kuchimba kisima, msaada: mtambo", "kuchimba kisima", "mtambo"),
        ("dig a well; taageero: qalab", "dig a well", "qalab"),
        ("support the well at Eldas", "support the well at Eldas", ""),
        ("ask for support: a drill rig", "ask for support: a drill rig", ""),
        ("support: a drill rig", "support: a drill rig", ""),
        ("dig a well, support:", "dig a well, support:", ""),
    ],
)
def test_the_support_that_an_action_requires_is_said_behind_it(
    said: str, text: str, support: str
) -> None:
    labels = renderer().report_words[Word.SUPPORT]

    assert actions.with_support(said, labels) == (text, support)
