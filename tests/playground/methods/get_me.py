"""getMe."""

from tests.playground.methods.table import (
    BOT_USER,
    Row,
    Stage,
    ok,
    unknown,
)

_ME = BOT_USER | {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "supports_guest_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "can_manage_bots": False,
}


def _without_privacy(stage: Stage) -> None:
    stage.telegram.privacy_mode = False


ROWS = (
    Row("itself", {}, ok(_ME)),
    Row(
        "without privacy mode",
        {},
        ok(_ME | {"can_read_all_group_messages": True}),
        before=_without_privacy,
    ),
    unknown("chat_id", "getMe"),
)
