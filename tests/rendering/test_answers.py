"""Replies in people's own words."""

import time

import pytest

from bot.domain.attendance import Answer
from bot.rendering.answers import AnswerWords, called, fold
from bot.rendering.messages import renderer


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yes", Answer.COMING),
        ("Yes!", Answer.COMING),
        ("YES, thank you very much.", Answer.COMING),
        ("ok ok", Answer.COMING),
        ("yes, we will come 🙏", Answer.COMING),
        ("👍🏽", Answer.COMING),
        ("✅", Answer.COMING),
        ("✔️", Answer.COMING),
        ("Ndiyo", Answer.COMING),
        ("ndiyo, asante sana", Answer.COMING),
        ("Nitakuja", Answer.COMING),
        ("sawa", Answer.COMING),
        ("Yes, nitakuja", Answer.COMING),
        ("no", Answer.CANNOT),
        ("Sorry, I can't come", Answer.CANNOT),
        ("sorry, I can\u2019t come", Answer.CANNOT),
        ("we are not coming", Answer.CANNOT),
        ("❌", Answer.CANNOT),
        ("Hapana", Answer.CANNOT),
        ("samahani, siwezi kuja", Answer.CANNOT),
        ("by phone", Answer.PHONE),
        ("☎️", Answer.PHONE),
        ("kwa simu tafadhali", Answer.PHONE),
        ("my alternate will come", Answer.ALTERNATE),
        ("mbadala wangu atakuja", Answer.ALTERNATE),
        ("Haa", Answer.COMING),
        ("Haa, insha'Allah", Answer.COMING),
        ("Waan imanayaa, mahadsanid", Answer.COMING),
        ("haye walaal", Answer.COMING),
        ("Maya", Answer.CANNOT),
        ("Waan ka xumahay, ma imaan karo", Answer.CANNOT),
        ("taleefan ahaan fadlan", Answer.PHONE),
        ("haa, taleefan ahaan", Answer.PHONE),
        ("ku-xigeenkayga", Answer.ALTERNATE),
        ("Ku xigeenkayga ayaa imanaya", Answer.ALTERNATE),
    ],
)
def test_a_clear_reply_is_understood(said: str, answer: Answer) -> None:
    assert renderer().answer_in(said) is answer


@pytest.mark.parametrize(
    "said",
    [
        "",
        "thank you",
        "yes, but by phone",
        "yes or no",
        "coming?",
        "yes if it does not rain",
        "who is coming",
        "no problem, I will see",
        "ndiyo lakini nitachelewa",
        "haa laakiin waan daahayaa",
        "insha Allah",
        "mahadsanid",
        "❤️",
        "😀" * 4096,
        "<b>yes</b>",
    ],
)
def test_a_reply_that_could_mean_something_else_is_not_guessed_at(said: str) -> None:
    assert renderer().answer_in(said) is None


def test_a_long_reply_is_read_quickly() -> None:
    started = time.perf_counter()
    renderer().answer_in("yes thank " * 410)
    assert time.perf_counter() - started < 1


def test_case_accents_punctuation_and_skin_tones_do_not_matter() -> None:
    assert fold(" Ndíyo!! ") == fold("ndiyo") == ("ndiyo",)
    assert fold("👍🏿") == fold("👍")


def test_a_word_with_two_meanings_means_none() -> None:
    words = AnswerWords.collect([("la", Answer.CANNOT), ("La", Answer.COMING)], [])
    assert words.read("la") is None


def test_no_word_of_this_installation_has_two_meanings() -> None:
    said = [(fold(word), answer) for answer in Answer for word in renderer()._said(answer)]
    meanings = {word: {answer for other, answer in said if other == word} for word, _ in said}
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}
    assert not set(meanings) & renderer().answer_words.fillers


OFFERED = (
    ("week", "⬜ A week before"),
    ("day", "✅ A day before"),
    ("week", "⬜ Wiki moja kabla"),
    ("day", "✅ Siku moja kabla"),
    ("office", "🏢 The office's"),
    ("done", "👍 Done"),
)


@pytest.mark.parametrize(
    ("said", "meant", "in_part"),
    [
        ("✅ A day before", "day", "day"),
        ("siku moja kabla!", "day", "day"),
        ("Done", "done", "done"),
        ("siku", None, "day"),
        ("the week", None, None),
        ("week bef", None, "week"),
        ("office", None, "office"),
        ("The Office\u2019s", "office", "office"),
        ("before", None, None),
        ("moja kabla", None, None),
        ("fice", None, None),
        ("a", None, None),
        ("…", None, None),
        ("", None, None),
    ],
)
def test_what_is_offered_is_called_by_its_label_or_where_that_is_enough_a_part_of_it(
    said: str, meant: str | None, in_part: str | None
) -> None:
    assert called(said, OFFERED) == meant
    assert called(said, OFFERED, in_part=True) == in_part
