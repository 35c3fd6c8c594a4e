"""getUpdates, as far as one call shows it; waiting and remembering stand in `test_api.py`."""

from tests.playground.methods.table import (
    FIRST_UPDATE,
    STARTED,
    Row,
    Stage,
    bad,
    ok,
)
from tests.playground.world import AMINA

_FIRST = {"update_id": FIRST_UPDATE, "message": STARTED}


def _told(number: int) -> dict[str, object]:
    message = {name: value for name, value in STARTED.items() if name != "entities"}
    message |= {"message_id": number, "text": str(number)}
    return {"update_id": FIRST_UPDATE - 1 + number, "message": message}


def _many(stage: Stage) -> None:
    for number in range(2, 121):
        stage.telegram.write(AMINA, AMINA, str(number))


def _three(stage: Stage) -> None:
    for number in (2, 3):
        stage.telegram.write(AMINA, AMINA, str(number))


_HUNDRED = [_FIRST, *(_told(number) for number in range(2, 101))]

ROWS = (
    Row("what waits", {}, ok([_FIRST])),
    Row("an offset below", {"offset": FIRST_UPDATE}, ok([_FIRST])),
    Row("an offset that acknowledges", {"offset": FIRST_UPDATE + 1}, ok([])),
    Row("an offset ten beyond the end", {"offset": FIRST_UPDATE + 11}, ok([])),
    Row("an offset eleven beyond the end", {"offset": FIRST_UPDATE + 12}, ok([_FIRST])),
    Row("the last one only", {"offset": -1}, ok([_told(3)]), before=_three),
    Row("more than there are", {"offset": -9}, ok([_FIRST, _told(2), _told(3)]), before=_three),
    Row("an offset that is no number", {"offset": "last"}, ok([_FIRST])),
    Row("one", {"limit": 1}, ok([_FIRST]), before=_three),
    Row("none", {"limit": 0}, ok([_FIRST]), before=_three),
    Row("a hundred", {"limit": 100}, ok(_HUNDRED), before=_many),
    Row("a hundred and one", {"limit": 101}, ok(_HUNDRED), before=_many),
    Row("a hundred, if nothing is said", {}, ok(_HUNDRED), before=_many),
    Row("no waiting below zero", {"offset": FIRST_UPDATE + 1, "timeout": -1}, ok([])),
    Row("kinds", {"allowed_updates": ["callback_query"]}, ok([_FIRST])),
    Row("kinds that cannot be read", {"allowed_updates": "["}, ok([_FIRST])),
    Row("kinds that are no words", {"allowed_updates": [1]}, ok([_FIRST])),
    Row(
        "a parameter that is not imitated",
        {"drop": True},
        bad('the playground knows no parameter "drop" of getUpdates'),
    ),
)
