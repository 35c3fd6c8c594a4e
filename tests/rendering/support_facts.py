"""Facts for every text about calls for support; people wrote `name`."""

from datetime import date
from typing import Any

from bot.domain.support import (
    Alike,
    Answer,
    NotYourSupport,
    Offer,
    OfferLater,
    OwnSupport,
    Reader,
    Request,
    SupportGone,
    SupportSettled,
    SupportState,
    SupportUnclear,
)
from bot.errors import BotError
from tests.rendering.held import Facts, group

LABELS = (
    "support-can-help",
    "support-cannot-help",
    "support-settled",
    "support-withdraw",
    "support-list",
    "attendance-list",
)
STATES = tuple(SupportState)


def request(said: str, **changes: Any) -> Request:
    """Return a call for support of which all is known."""
    known: dict[str, Any] = {
        "id": 7,
        "text": said,
        "organisation": said,
        "name": said,
        "asked_on": date(2026, 12, 3),
        "days": 3,
        "sector": said,
        "place": f"{said}!",
    }
    return Request(**(known | changes))


def requests(name: str) -> list[Request]:
    """Return calls for support in every state, and with all that can be said of them."""
    offers = tuple(Offer(name, text) for text in (name, "", *([name] * 10)))
    answers = (Answer(name), Answer(name, is_team=False, by=name))
    return [
        *(request(name, state=state) for state in STATES),
        request(name, days=1, is_confirmed=False, action=12),
        request(name, days=0, organisation="", sector="", place=""),
        request(name, organisation="", name=""),
        request(name, state=SupportState.ANSWERED, offers=offers, answers=answers),
        request(name, state=SupportState.ANSWERED, answers=answers),
    ]


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template."""
    known = Alike((name, name), (name,))
    one, of_group = request(name), group(name)
    about = {"request": one, "group": of_group}
    return {
        "support/request.html": [
            {"request": each, "group": of_group, "alike": alike, "reader": reader}
            for each in requests(name)
            for alike in (Alike(), known)
            for reader in Reader
        ],
        "support/offered.html": [
            about | {"organisation": name, "person": name, "how": how, "is_asker": is_asker}
            for how in ("", name)
            for is_asker in (True, False)
        ],
        "support/taken_back.html": [
            {"request": request(name, state=state), "group": of_group, "organisation": name}
            for state in STATES
        ],
        "support/settled.html": [about],
        "support/answered.html": [
            about | {"answer": answer}
            for answer in (Answer(name), Answer(name, is_team=False, by=name))
        ],
        "support/how.html": [{"request": one}],
        "support/list.html": [
            {"group": of_group, "requests": (), "count": 0},
            {"group": of_group, "requests": tuple(requests(name)[:5]), "count": 6},
            {"group": of_group, "requests": tuple(requests(name)[5:]), "count": 12},
        ],
        "support/toast_offered.txt": [{"organisation": name}],
        "support/toast_known.txt": [{"organisation": name}],
        "support/toast_taken_back.txt": [{}],
        "support/toast_ended.txt": [{"state": state} for state in STATES],
    }


def labels() -> list[Facts]:
    """Return facts for the labels of every button."""
    return [
        *({"name": label} for label in LABELS),
        {"name": "support-can-help-with", "number": 3},
        {"name": "support-settled-with", "number": 3},
    ]


def refusals(name: str) -> list[BotError]:
    """Return every refusal."""
    return [
        SupportGone(),
        SupportSettled(),
        OwnSupport(),
        OfferLater(),
        *(SupportUnclear(may_answer=one) for one in (True, False)),
        *(
            NotYourSupport(name=who, is_withdrawing=is_withdrawing)
            for who in (name, "")
            for is_withdrawing in (True, False)
        ),
    ]
