"""deleteWebhook."""

from tests.playground.methods.table import (
    Row,
    ok,
    unknown,
)

_NONE = ok(result=True) | {"description": "Webhook is already deleted"}

ROWS = (
    Row("keeping what waits", {}, _NONE),
    Row("keeping what waits, said so", {"drop_pending_updates": False}, _NONE),
    Row("dropping what waits", {"drop_pending_updates": True}, _NONE),
    unknown("url", "deleteWebhook"),
)
