"""deleteWebhook."""

from tests.playground.methods.table import (
    Row,
    ok,
    unknown,
)

ROWS = (
    Row("keeping what waits", {}, ok(result=True)),
    Row("keeping what waits, said so", {"drop_pending_updates": False}, ok(result=True)),
    Row("dropping what waits", {"drop_pending_updates": True}, ok(result=True)),
    unknown("url", "deleteWebhook"),
)
