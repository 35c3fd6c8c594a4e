"""Facts for every text about what is written in confidence; people wrote `name`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.domain.coalitions import Coalition
from bot.domain.feedback import (
    ContactMissing,
    FeedbackClosed,
    FeedbackEdited,
    FeedbackForgotten,
    FeedbackForMembers,
    FeedbackLater,
    FeedbackOld,
    FeedbackPaused,
    FeedbackRefused,
    FeedbackState,
    FeedbackTooLong,
    FeedbackTooMuch,
    FeedbackUnanswered,
    FeedbackUnkept,
    FeedbackWordless,
)
from bot.domain.receipts import AttemptsUsedUp, ReceiptMissing, ReceiptWrong
from bot.errors import BotError
from bot.queries.feedback import Nameable
from tests.rendering.held import Facts

NOON = datetime(2026, 12, 6, 12, tzinfo=UTC)
DAY = date(2026, 11, 29)
LINK = "https://t.me/BarazaBot?start=fb"
LABELS = ("confide", "confide-all", "receipt", "receipt-hide")
REFUSALS = (
    *(FeedbackClosed, FeedbackEdited, FeedbackForgotten, FeedbackForMembers, FeedbackLater),
    *(FeedbackOld, FeedbackPaused, FeedbackRefused, FeedbackTooLong, FeedbackTooMuch),
    *(FeedbackUnanswered, FeedbackUnkept, FeedbackWordless),
)


@dataclass(frozen=True)
class Item:
    """What was released, as far as its answer says."""

    week: date
    answer: str
    settled_at: datetime | None = None


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template of this dialogue."""
    promised: list[Facts] = [
        {"coalition": Coalition(1, name, ("en",), contact, FeedbackState.OPEN), "day": DAY}
        for contact in (name, "")
    ]
    groups = [None, *(Nameable(1, name, people) for people in (8, 1, 1200))]
    found: dict[str, list[Facts]] = {
        "feedback/promise.html": promised,
        "feedback/promise_in_full.html": promised,
        "feedback/question.html": [
            facts | {"group": group} for facts in promised for group in groups
        ],
        "feedback/arrived.html": [
            {"day": day, "is_removed": is_removed, "contact": contact}
            for day in (DAY, None)
            for is_removed in (True, False)
            for contact in (name, "")
        ],
        "feedback/receipt.html": [{"receipt": "12345 67894"}],
        "feedback/receipt_gone.html": [{}],
        "feedback/hidden.html": [{}],
        "feedback/answer.html": [
            {"item": item, "is_removed": is_removed}
            for item in (None, Item(DAY, name), Item(DAY, ""), Item(DAY, "", NOON))
            for is_removed in (True, False)
        ],
        "feedback/not_behind_the_command.html": [{"contact": name}, {"contact": ""}],
        "feedback/only_in_private.html": [{"link": LINK}],
        "feedback/placeholder.txt": [{}],
    }
    # Whatever is said in private stands behind the link that tells what it is.
    found["feedback/said.html"] = [
        {"said": template, "link": LINK, **facts}
        for template, cases in found.items()
        for facts in cases
        if template.endswith(".html")
    ]
    return found


def refusals(name: str) -> list[BotError]:
    """Return every refusal of this dialogue."""
    return [
        *(kind(contact=contact) for kind in REFUSALS for contact in (name, "")),
        *(FeedbackUnanswered(contact=contact, is_between=True) for contact in (name, "")),
        *(ReceiptWrong(), ReceiptMissing(), AttemptsUsedUp(), ContactMissing()),
    ]


def buttons(name: str) -> list[Facts]:
    """Return every label of this dialogue."""
    return [*({"name": label} for label in LABELS), {"name": "confide-about", "group": name}]
