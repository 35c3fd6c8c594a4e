"""Words are compared without case, accents, forms of letters and endings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import search
from bot.domain.search import Name, NameKind, NothingToFind
from bot.domain.search.grammar import GRAMMARS

SAME = {
    "case": ("Griftu BOREHOLE", "griftu borehole"),
    "accents": ("réunion à Moyalé", "reunion a moyale"),
    "letters that are not taken apart": ("Łódź, Đà Nẵng", "lodz da nang"),
    "alef and hamza": ("أكل إلى آخر", "اكل الي اخر"),
    "ya": ("مستشفى", "مستشفي"),
    "ta marbuta": ("مدرسة", "مدرسه"),
    "hamza alone": ("ماء", "ما"),
    "hamza on a seat": ("بئر مسؤول", "بير مسوول"),
    "kashida": ("مـــاء", "ماء"),
    "vowel signs": ("مُحَمَّد", "محمد"),
    "presentation forms": ("ﻻ", "لا"),
    "Persian kaf and ya": ("کی", "كي"),
    "Arabic digits": ("٣/١٢", "3 12"),
    "apostrophes": ("ng'ombe ba\u2019a", "ngombe baa"),
    "marks between words": ("trucks/pumps_2 (new)", "trucks pumps 2 new"),
    "invisible marks": ("\u2068Wajir\u2069", "wajir"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_is_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert search.fold(one) == search.fold(other)


def test_vowels_that_other_scripts_need_stay() -> None:
    assert search.fold("ទឹក") != search.fold("ទក")


@given(st.text())
def test_what_is_folded_stays_as_it_is(said: str) -> None:
    folded = search.fold(said)

    assert search.fold(folded) == folded


@given(st.text())
def test_how_letters_are_composed_makes_no_difference(said: str) -> None:
    assert search.fold(unicodedata.normalize("NFD", said)) == search.fold(said)


@given(st.text())
def test_every_word_of_a_text_finds_it(said: str) -> None:
    folded = search.fold(said)

    assert all(term in folded for [term] in (search.terms(said) if folded else ()))


@given(st.text())
def test_folded_words_are_letters_and_digits_between_single_blanks(said: str) -> None:
    folded = search.fold(said)

    assert folded == "" or folded == f" {' '.join(folded.split())} "
    assert not set(folded) & set("\"'%_*^:\\()<>-+")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("boreholes", "Repair the borehole"),
        ("borehole", "Two boreholes"),
        ("trucks", "one truck"),
        ("Meetings", "the meeting is moved"),
        ("UN", "asked by UN Women"),
    ],
)
def test_an_ending_is_forgiven(asked: str, written: str) -> None:
    [[term]] = search.terms(asked)

    assert term in search.fold(written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [("un", "Funds"), ("water", "matter"), ("2026", "2020")],
    ids=["short ones begin a word", "another word", "numbers have no endings"],
)
def test_another_word_is_not_found(asked: str, written: str) -> None:
    [[term]] = search.terms(asked)

    assert term not in search.fold(written)


CHANGES = {
    ("en", "repairing", "Repair the borehole"): True,
    ("en", "repaired", "the repairs"): True,
    ("en", "digging", "We dig a well"): True,
    ("en", "distribution", "We distribute fodder"): True,
    ("en", "city", "Two cities"): True,
    ("en", "supplies", "the supply of water"): True,
    ("en", "agreement", "It was agreed"): True,
    ("en", "matter", "A letter"): False,
    ("en", "water", "What of it?"): False,
    ("sw", "kukarabati", "Wamekarabati kisima"): True,
    ("sw", "karabati", "Kukarabati kisima"): True,
    ("sw", "wamekarabati", "Ukarabati wa kisima"): True,
    ("sw", "visima", "Kisima cha Griftu"): True,
    ("sw", "kisimani", "Visima viwili"): True,
    ("sw", "mkutano", "Mikutano miwili"): True,
    ("sw", "tulikubaliana", "Makubaliano ya leo"): True,
    ("sw", "malori", "Lori moja"): True,
    ("sw", "shuleni", "Shule ya Griftu"): True,
    ("sw", "maji", "Mabaraza"): False,
    ("so", "ceelka", "Ceel cusub"): True,
    ("so", "ceelasha", "Ceelka Griftu"): True,
    ("so", "biyo", "Biyaha waa yar yihiin"): True,
    ("so", "magaalada", "Magaalo kale"): True,
    ("so", "hagaajinta", "Waxaan hagaajinnay ceelka"): True,
    ("so", "kulanka", "Kulan cusub"): True,
    ("so", "dadka", "Qof kale"): False,
    ("ar", "الآبار", "حفر آبار جديدة"): True,
    ("ar", "والمدرسة", "مدرسة"): True,
    ("ar", "سوق", "ماء"): False,
}


@pytest.mark.parametrize(
    ("asked", "expected"), CHANGES.items(), ids=[f"{one[0]}: {one[1]}, {one[2]}" for one in CHANGES]
)
def test_a_word_is_found_as_its_language_changes_it(
    asked: tuple[str, str, str], *, expected: bool
) -> None:
    language, word, written = asked

    assert search.has_any(written, search.changed(word, [language])) is expected


@given(st.text())
def test_what_words_find_they_find_with_their_changes_too(said: str) -> None:
    if not search.fold(said):
        return
    wanted = search.changed(said, GRAMMARS)

    assert {terms[:1] for terms in wanted} == set(search.terms(said))
    assert all(len(term) >= search.SHORTEST for terms in wanted for term in terms[1:])


ALIKE = {
    ("griftu", "grfitu"): True,
    ("griftu", "griftoo"): True,
    ("griftu", "riftu"): True,
    ("borehole", "borhole"): True,
    ("borehole", "boerhole"): True,
    ("ceelka", "ceelk"): True,
    ("kisima", "kizima"): True,
    ("water", "waiter"): True,
    ("الماء", "المياه"): True,
    ("griftu", "garissa"): False,
    ("water", "matter"): False,
    ("un", "on"): False,
    ("2026", "2027"): False,
}


@pytest.mark.parametrize(
    ("words", "expected"), ALIKE.items(), ids=[" ".join(words) for words in ALIKE]
)
def test_a_mistake_in_typing_is_forgiven(words: tuple[str, str], *, expected: bool) -> None:
    asked, written = words
    folded = search.fold(written)
    pieces = search.pieces(asked)

    is_chosen = any(all(term in folded for [term] in piece) for piece in pieces)

    assert (is_chosen and search.likeness(asked, [folded]) != [0]) is expected


def test_what_is_more_alike_is_better() -> None:
    texts = [search.fold(said) for said in ("Graft", "At Griftuu", "To Griftu", "Camels")]

    worst, near, same, none = search.likeness("griftu", texts)

    assert same > near > worst >= none == 0


def test_words_are_looked_for_once_and_not_too_many() -> None:
    assert search.terms("pump pump PUMP") == (("pump",),)
    assert len(search.terms(" ".join(map(str, range(100, 200))))) == search.MOST_WORDS


@pytest.mark.parametrize("said", ["", "  ", "?!", "\u2068\u2069"])
def test_no_words_are_nothing_to_find(said: str) -> None:
    with pytest.raises(NothingToFind):
        search.terms(said)


def test_a_word_of_a_name_finds_what_that_one_does() -> None:
    amina = Name(NameKind.MEMBER, 12, "Amina Hassán")
    dunes = Name(NameKind.ORGANISATION, 12, "Red Dunes")

    wanted = search.with_names(search.terms("HASSAN repair"), (amina, dunes))

    assert wanted == (("hassa", "@m12@"), ("repai",))


@given(st.text())
def test_nobody_types_the_mark_of_somebody(said: str) -> None:
    assert "@" not in search.fold(said)
