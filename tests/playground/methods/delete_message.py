"""deleteMessage: nobody is an administrator, so in groups only the bot's own."""

from tests.playground.methods.table import (
    UPGRADED,
    Row,
    Stage,
    bad,
    block,
    deactivate,
    kick,
    leave,
    make_forum,
    mute,
    ok,
    refused,
    unknown,
    upgrade,
)
from tests.playground.world import AMINA, BARAKA, GROUP, NOBODY, SUPERGROUP, Json

_THEIRS = {"chat_id": AMINA, "message_id": 1}
_MINE = {"chat_id": AMINA, "message_id": 2}
_OURS = {"chat_id": GROUP, "message_id": 2}
_DONE = ok(result=True)
_NOT_FOUND = bad("message to delete not found")
_NOT_FOR_EVERYONE = bad("message can't be deleted for everyone")
_TWO_DAYS = 48 * 60 * 60


async def _sent(stage: Stage) -> None:
    await stage.sent()


async def _sent_two_days_ago(stage: Stage) -> None:
    await stage.sent()
    stage.clock.move(_TWO_DAYS - 5)


async def _sent_longer_ago(stage: Stage) -> None:
    await stage.sent()
    stage.clock.move(_TWO_DAYS - 4)


def _two_days(stage: Stage) -> None:
    stage.clock.move(_TWO_DAYS)


def _longer(stage: Stage) -> None:
    stage.clock.move(_TWO_DAYS + 1)


async def _in_group(stage: Stage) -> None:
    await stage.sent(GROUP)


async def _in_group_long_ago(stage: Stage) -> None:
    await stage.sent(GROUP)
    stage.clock.move(_TWO_DAYS)


async def _muted(stage: Stage) -> None:
    await stage.sent(GROUP)
    mute(stage)


async def _in_supergroup(stage: Stage) -> Json:
    return {"message_id": await stage.sent(SUPERGROUP)}


async def _in_supergroup_almost_too_late(stage: Stage) -> Json:
    number = await stage.sent(SUPERGROUP)
    stage.clock.move(_TWO_DAYS - 6)
    return {"message_id": number}


async def _in_supergroup_too_late(stage: Stage) -> Json:
    number = await stage.sent(SUPERGROUP)
    stage.clock.move(_TWO_DAYS - 5)
    return {"message_id": number}


def _of_somebody(stage: Stage) -> None:
    assert stage.telegram.write(BARAKA, GROUP, "/when") == _OURS["message_id"]


def _of_somebody_in_supergroup(stage: Stage) -> Json:
    return {"message_id": stage.telegram.write(AMINA, SUPERGROUP, "/when")}


def _news(stage: Stage) -> None:
    stage.telegram.leave(BARAKA, GROUP)


def _topic(stage: Stage) -> Json:
    make_forum(stage)
    return {"message_id": stage.telegram.open_topic(SUPERGROUP, "Water")}


async def _twice(stage: Stage) -> None:
    await stage.api("deleteMessage", **_THEIRS)


async def _thirty(stage: Stage) -> Json:
    numbers = [stage.telegram.write(AMINA, AMINA, "a") for _ in range(31)]
    for number in numbers[:-1]:
        assert (await stage.api("deleteMessage", chat_id=AMINA, message_id=number))["ok"]
    return {"message_id": numbers[-1]}


ROWS = (
    Row("a message of the bot", _MINE, _DONE, before=_sent),
    Row("a message of a person in private", _THEIRS, _DONE),
    Row("a number in quotes", {"chat_id": str(AMINA), "message_id": "1"}, _DONE),
    Row("a message of the bot after 48 hours", _MINE, _DONE, before=_sent_two_days_ago),
    Row("a message of the bot a second later", _MINE, _NOT_FOR_EVERYONE, before=_sent_longer_ago),
    Row("a message of a person after 48 hours", _THEIRS, _DONE, before=_two_days),
    Row("a message of a person a second later", _THEIRS, _NOT_FOR_EVERYONE, before=_longer),
    Row("of somebody who has blocked the bot", _THEIRS, _DONE, before=block),
    Row("a message of the bot in a group", _OURS, _DONE, before=_in_group),
    Row("in a group after 48 hours", _OURS, _NOT_FOR_EVERYONE, before=_in_group_long_ago),
    Row("where only administrators may write", _OURS, _DONE, before=_muted),
    Row("somebody's in a group", _OURS, _NOT_FOR_EVERYONE, before=_of_somebody),
    Row("a piece of news", _OURS, _NOT_FOR_EVERYONE, before=_news),
    Row(
        "a message of the bot in a supergroup",
        {"chat_id": SUPERGROUP},
        _DONE,
        before=_in_supergroup,
        given=("message_id",),
    ),
    Row(
        "in a supergroup before 48 hours",
        {"chat_id": SUPERGROUP},
        _DONE,
        before=_in_supergroup_almost_too_late,
        given=("message_id",),
    ),
    Row(
        "in a supergroup after 48 hours",
        {"chat_id": SUPERGROUP},
        bad("message can't be deleted"),
        before=_in_supergroup_too_late,
    ),
    Row(
        "somebody's in a supergroup",
        {"chat_id": SUPERGROUP},
        bad("message can't be deleted"),
        before=_of_somebody_in_supergroup,
    ),
    Row(
        "the opening of a topic",
        {"chat_id": SUPERGROUP},
        bad("message can't be deleted"),
        before=_topic,
    ),
    Row("a message that is deleted", _THEIRS, _NOT_FOUND, before=_twice),
    Row("an unknown message", {"chat_id": AMINA, "message_id": 77}, _NOT_FOUND),
    Row("no message", {"chat_id": AMINA}, bad("message identifier is not specified")),
    Row(
        "a number below zero",
        {"chat_id": AMINA, "message_id": -1},
        bad("message identifier is not specified"),
    ),
    Row("no chat", {"message_id": 1}, bad("chat identifier is not specified")),
    Row("neither chat nor message", {}, bad("chat identifier is not specified")),
    Row("nobody", {"chat_id": NOBODY, "message_id": 1}, bad("chat not found")),
    Row(
        "a deleted account",
        _THEIRS,
        refused(403, "Forbidden: user is deactivated"),
        before=deactivate,
    ),
    Row(
        "a group that threw the bot out",
        _OURS,
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=kick,
    ),
    Row(
        "a group without the bot",
        _OURS,
        refused(403, "Forbidden: bot is not a member of the group chat"),
        before=leave,
    ),
    Row("a group that is now another", _OURS, UPGRADED, before=upgrade),
    Row(
        "the 31st within a second",
        {"chat_id": AMINA},
        refused(429, "Too Many Requests: retry after 1", retry_after=1),
        before=_thirty,
    ),
    unknown("message_ids", "deleteMessage"),
)
