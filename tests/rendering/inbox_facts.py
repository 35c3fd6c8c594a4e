"""Facts for every text of the coordination team's inbox; people wrote `name`."""

from dataclasses import replace
from datetime import date

from bot.domain.coalitions import Coalition
from bot.domain.feedback import ContactMissing, FeedbackState
from bot.domain.inbox import (
    THEMES_TOLD,
    Card,
    Deed,
    FeedbackBeside,
    FeedbackGone,
    FeedbackSafeguarded,
    Heard,
    Linked,
    Page,
    SharedTooLong,
    Theme,
    WordsRepeated,
)
from bot.errors import BotError
from tests.rendering.held import Facts, group

WEEK = date(2026, 11, 23)
LABELS = (
    *(f"coalition-{what}-feedback" for what in ("open", "pause", "resume")),
    *("theme-none", "link-none", "inbox-keep", "inbox-publish", "inbox-tell-lead"),
    *(f"inbox-{deed}" for deed in Deed),
)


def cards(name: str) -> list[Card]:
    """Return items in every state."""
    plain = Card(4711, 1, WEEK, name)
    full = replace(
        plain, group_id=1, group=name, theme=name, answer=name, linked=Linked(name, name, 1)
    )
    return [
        plain,
        full,
        replace(full, words="\n".join(name[:5000])),
        replace(plain, is_settled=True),
        replace(full, is_safeguarding=True),
    ]


def pages(name: str) -> list[Page]:
    """Return pages of an inbox: none, one, some of many."""
    found = tuple(cards(name)[:3])
    return [Page((), 1, 0, 0), Page(found[:1], 1, 1, 0), Page(found, 4, 9, 1), Page(found, 1, 9, 5)]


def heard(name: str) -> list[Heard | None]:
    """Return what a summary may say of feedback."""
    themes = (*(Theme(name, count) for count in (5, 3, None, None)), *[Theme(name, 3)] * 9)
    return [
        None,
        Heard(12, 3, themes[:THEMES_TOLD], themes[:THEMES_TOLD], 2, 1),
        Heard(None, None, themes[2:3], themes[2:3], 0),
        Heard(3, 0, (), (), 1, 4),
        Heard(0, 0, safeguarding=1),
    ]


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template of the inbox."""
    states = [Coalition(1, name, ("en",), name, state) for state in FeedbackState]
    told: Facts = {"said": name, "did": name}
    passed: Facts = {"group": name, "theme": name, "said": name}
    linked = Linked(name, name, entry_id=1)
    return {
        "inbox/which.html": [{}],
        "inbox/card.html": [{"card": card, "limit": 1200} for card in cards(name)],
        "inbox/whole.html": [{"card": card} for card in cards(name)],
        "inbox/page.html": [
            {"coalition": coalition, "page": page} for coalition in states for page in pages(name)
        ],
        "inbox/themes.txt": [{}],
        "inbox/ask_theme.html": [{}],
        "inbox/themed.html": [{"theme": name}, {"theme": ""}],
        "inbox/ask_answer.html": [
            {"week": WEEK, "theme": name, "before": name},
            {"week": WEEK, "theme": "", "before": ""},
        ],
        "inbox/check_answer.html": [{"answer": name}],
        "inbox/answered.html": [{}],
        "inbox/ask_link.html": [
            {"offered": offered, "is_sought": is_sought}
            for offered in ((), (linked,) * 8)
            for is_sought in (False, True)
        ],
        "inbox/linked.html": [{"linked": linked}, {"linked": None}],
        "inbox/ask_said.html": [{}],
        "inbox/ask_did.html": [told],
        "inbox/check_outcome.html": [told | {"groups": count} for count in (1, 47)],
        "inbox/outcome.html": [told],
        "inbox/published.html": [{"count": count} for count in (1, 47)],
        "inbox/ask_for_lead.html": [{"group": name}],
        "inbox/check_for_lead.html": [passed],
        "inbox/for_the_lead.html": [
            passed | {"group": group(name)},
            passed | {"group": group(name), "theme": ""},
        ],
        "inbox/lead_told.html": [{"group": name, "count": count} for count in (0, 1, 2)],
    }


def refusals() -> list[BotError]:
    """Return every refusal of the inbox."""
    return [
        ContactMissing(),
        FeedbackBeside(),
        FeedbackGone(),
        FeedbackSafeguarded(),
        WordsRepeated(),
        SharedTooLong(length=1200, limit=300),
    ]


def labels() -> list[Facts]:
    """Return the facts of the labels on its buttons."""
    return [{"name": label} for label in LABELS]
