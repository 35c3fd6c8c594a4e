"""answerCallbackQuery."""

from tests.playground.methods.table import (
    FIRST_TAP,
    Row,
    Stage,
    bad,
    ok,
    unknown,
)
from tests.playground.world import AMINA, MARKUP

_TOO_OLD = bad("query is too old and response timeout expired or query ID is invalid")
_TAP = {"callback_query_id": FIRST_TAP}


async def _tapped(stage: Stage) -> None:
    number = await stage.sent(reply_markup=MARKUP)
    assert stage.telegram.tap(AMINA, AMINA, number, "yes") == FIRST_TAP


async def _just_in_time(stage: Stage) -> None:
    await _tapped(stage)
    stage.clock.move(149)


async def _too_late(stage: Stage) -> None:
    await _tapped(stage)
    stage.clock.move(150)


async def _answered(stage: Stage) -> None:
    await _tapped(stage)
    await stage.api("answerCallbackQuery", callback_query_id=FIRST_TAP)


ROWS = (
    Row("nothing is said", _TAP, ok(result=True), before=_tapped),
    Row("a line", _TAP | {"text": "Thanks", "show_alert": False}, ok(result=True), before=_tapped),
    Row("a dialog", _TAP | {"text": "Thanks", "show_alert": True}, ok(result=True), before=_tapped),
    Row("kept by the phone", _TAP | {"cache_time": 60}, ok(result=True), before=_tapped),
    Row("200 characters", _TAP | {"text": "é" * 200}, ok(result=True), before=_tapped),
    Row("201 characters", _TAP | {"text": "a" * 201}, bad("MESSAGE_TOO_LONG"), before=_tapped),
    Row("after 149 seconds", _TAP, ok(result=True), before=_just_in_time),
    Row("after 150 seconds", _TAP, _TOO_OLD, before=_too_late),
    Row("for the second time", _TAP, _TOO_OLD, before=_answered),
    Row("an unknown tap", {"callback_query_id": "1"}, _TOO_OLD),
    Row("no tap", {}, _TOO_OLD),
    unknown("url", "answerCallbackQuery"),
)
