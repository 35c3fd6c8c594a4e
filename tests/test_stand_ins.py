import os
import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.clock import VirtualClock
from bot.domain.feedback import HELD_AT_MOST, next_release, week_number
from bot.keys import KeyRing
from bot.stand_ins import (
    FIRST,
    LARGEST_NUMBER,
    StandIns,
    counts_with_others,
    destroy_old,
    key_name,
    mixed,
    old_names,
    unmixed,
)

NAME = "abc"
AMINA, BASIC_GROUP, SUPERGROUP = 102, -4_000_123, -1_001_234_567_890
SUNDAY = datetime(2026, 11, 22, 18, tzinfo=UTC)
"""A release, and so the first instant of a week."""
MONDAY = SUNDAY + timedelta(hours=12)
WEEK = timedelta(days=7)

keys_of = st.binary(min_size=32, max_size=32)
words = st.integers(0, FIRST - 1)


class Desk:
    """Exchanges numbers at a time of its own; another on the same folder is another program."""

    def __init__(self, folder: Path, now: datetime = MONDAY) -> None:
        self.clock, self.keys = VirtualClock(now), KeyRing(folder)
        self.stand_ins = StandIns(self.keys, self.clock, NAME)

    def hide(self, number: int, chat: int = AMINA, at: datetime | None = None) -> int:
        return self.stand_ins.hide(chat, number, at and int(at.timestamp()))

    def find(self, stand_in: int, chat: int = AMINA) -> int | None:
        return self.stand_ins.find(chat, stand_in)

    def at(self, now: datetime) -> None:
        self.clock.set(now)
        destroy_old(self.keys, NAME, now)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "keys")


# --- the exchange -------------------------------------------------------------------------------


@given(keys_of, words)
def test_what_was_exchanged_is_found_again(key: bytes, number: int) -> None:
    assert unmixed(key, mixed(key, number)) == number
    assert mixed(key, unmixed(key, number)) == number
    assert 0 <= mixed(key, number) < FIRST


@given(keys_of, st.sets(words, min_size=2, max_size=50))
def test_no_two_numbers_are_exchanged_for_the_same(key: bytes, numbers: set[int]) -> None:
    assert len({mixed(key, number) for number in numbers}) == len(numbers)


def test_neither_order_nor_distance_survives() -> None:
    key = bytes(range(32))
    found = [mixed(key, number) for number in range(1, 20_001)]
    steps = [after - before for before, after in pairwise(found)]

    # Of a random order half of the steps lead upwards; 0.5 +- five standard deviations.
    assert abs(mean(step > 0 for step in steps) - 0.5) < 0.018
    assert len(set(steps)) == len(steps)
    # A step of five looks like any other: as large as between any two of them.
    fives = [abs(after - before) for before, after in zip(found, found[5:], strict=False)]
    assert abs(mean(fives) / (FIRST / 3) - 1) < 0.03


def test_one_changed_bit_of_number_or_key_changes_half_of_all_bits() -> None:
    random = Random(7)
    changed: list[int] = []
    for _ in range(2_000):
        key, number = random.randbytes(32), random.getrandbits(31)
        another = bytearray(key)
        another[random.randrange(32)] ^= 1 << random.randrange(8)
        near = number ^ 1 << random.randrange(31)
        changed.append((mixed(key, number) ^ mixed(key, near)).bit_count())
        changed.append((mixed(key, number) ^ mixed(bytes(another), number)).bit_count())

    assert abs(mean(changed) - 24) < 0.3
    assert min(changed) > 4


# --- what is exchanged --------------------------------------------------------------------------


@pytest.mark.parametrize("chat", [AMINA, BASIC_GROUP])
def test_numbers_of_private_chats_and_basic_groups_have_a_stand_in(desk: Desk, chat: int) -> None:
    stand_in = desk.hide(41, chat)

    assert FIRST <= stand_in < 2**63
    assert stand_in == desk.hide(41, chat)
    assert desk.find(stand_in, chat) == 41


def test_a_supergroup_counts_for_itself_and_keeps_its_numbers(desk: Desk) -> None:
    assert (desk.hide(41, SUPERGROUP), desk.find(41, SUPERGROUP)) == (41, 41)
    assert not counts_with_others(SUPERGROUP)
    # What a basic group leaves behind when it becomes one means nothing there.
    assert desk.find(desk.hide(41, BASIC_GROUP), SUPERGROUP) is None


def test_what_is_a_stand_in_already_and_what_is_no_number_stay_as_they_are(desk: Desk) -> None:
    stand_in = desk.hide(41)

    assert [desk.hide(one) for one in (stand_in, 0, -3)] == [stand_in, 0, -3]
    assert desk.find(41) == 41


def test_each_week_has_stand_ins_of_its_own(desk: Desk) -> None:
    sent = [SUNDAY - timedelta(seconds=1), SUNDAY, SUNDAY + WEEK - timedelta(seconds=1)]
    before = Desk(desk.keys.folder, sent[0]).hide(41)

    found = [before, *(desk.hide(41, at=at) for at in sent)]

    assert found[0] == found[1] != found[2] == found[3]
    assert [one >> 48 for one in found[1:]] == [week_number(at) for at in sent]
    assert {desk.find(one) for one in found} == {41}


def test_a_week_ends_where_what_is_written_in_it_is_released() -> None:
    at = MONDAY
    for _ in range(500):
        assert week_number(next_release(at)) == week_number(at) + 1
        assert week_number(next_release(at) - timedelta(microseconds=1)) == week_number(at)
        at += timedelta(hours=5)


@pytest.mark.parametrize("date", [None, 0, -1, 1.5, "yesterday", True, 10**40, 1_000_000_000])
def test_a_message_of_an_unknown_or_long_past_time_counts_as_one_of_this_week(
    desk: Desk, date: object
) -> None:
    assert desk.stand_ins.hide(AMINA, 41, date) == desk.hide(41, at=MONDAY)


def test_telegrams_clock_may_be_a_little_ahead(desk: Desk) -> None:
    desk.clock.set(SUNDAY + WEEK - timedelta(seconds=2))
    early = desk.hide(41, at=SUNDAY + WEEK + timedelta(seconds=1))
    desk.clock.set(SUNDAY + WEEK + timedelta(seconds=2))

    assert early == desk.hide(41)
    assert desk.find(early) == 41


def test_every_message_in_what_telegram_tells_has_its_own_week(desk: Desk) -> None:
    desk.clock.set(MONDAY + WEEK)
    last_week, this_week = int(MONDAY.timestamp()), int((MONDAY + WEEK).timestamp())
    Desk(desk.keys.folder, MONDAY).hide(1)

    def message(number: int, date: int, chat: int = AMINA, **more: object) -> dict[str, object]:
        return {"message_id": number, "date": date, "chat": {"id": chat}, **more}

    def told(one: int, two: int, three: int, four: int) -> dict[str, object]:
        return {
            "update_id": 7,
            "callback_query": {
                "id": "5",
                "message": message(
                    one,
                    this_week,
                    reply_to_message=message(two, last_week),
                    external_reply={"message_id": 9, "chat": {"id": SUPERGROUP}},
                    entities=[{"offset": 0, "length": 3}],
                ),
            },
            "edited_message": message(three, 0, BASIC_GROUP, pinned_message=message(four, 0)),
            "my_chat_member": {"chat": {"id": AMINA}, "date": this_week},
        }

    week, before = MONDAY + WEEK, MONDAY
    assert desk.stand_ins.hide_all(told(41, 12, 42, 13)) == told(
        desk.hide(41, at=week),
        desk.hide(12, at=before),
        desk.hide(42, at=week),
        desk.hide(13, at=week),
    )


@given(st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists))
def test_whatever_telegram_tells_it_never_fails(told: object) -> None:
    desk = Desk(Path("/nowhere"))
    broken = {"message_id": told, "chat": {"id": told}, "date": told}

    for one in (told, broken, {"chat": told, "message_id": 4}, {"message": [broken]}):
        desk.stand_ins.hide_all(one)


# --- the keys -----------------------------------------------------------------------------------


def test_programs_that_share_the_folder_agree(desk: Desk) -> None:
    other = Desk(desk.keys.folder)

    assert other.hide(41) == desk.hide(41)
    assert other.find(desk.hide(12)) == 12


def test_a_restart_changes_nothing(desk: Desk) -> None:
    stand_in = desk.hide(41)

    assert Desk(desk.keys.folder, MONDAY + WEEK).find(stand_in) == 41


def test_two_databases_have_keys_of_their_own(desk: Desk) -> None:
    other = StandIns(desk.keys, desk.clock, "xyz")

    assert other.hide(AMINA, 41) != desk.hide(41)
    destroy_old(desk.keys, NAME, MONDAY + 9 * WEEK)
    assert desk.keys.names("numbers-") == [key_name("xyz", week_number(MONDAY))]


def test_a_key_of_a_database_that_was_there_before_a_restore_goes_three_weeks_later(
    desk: Desk,
) -> None:
    before, now = key_name("xyz", week_number(MONDAY)), key_name(NAME, week_number(MONDAY))
    for name, days in ((before, 22), (now, 1)):
        desk.keys.make(name)
        os.utime(desk.keys.folder / f"{name}.key", (0, 1_800_000_000 - days * 86_400))
    # Counted from the newest key: it may be in use until then.
    assert old_names(desk.keys, NAME, MONDAY) == []
    os.utime(desk.keys.folder / f"{now}.key", (0, 1_800_000_000))

    destroy_old(desk.keys, NAME, MONDAY)

    assert desk.keys.names("numbers-") == [now]


def test_a_copy_of_a_key_under_another_name_goes_and_stops_no_start(desk: Desk) -> None:
    stand_in = desk.hide(41)
    name = key_name(NAME, week_number(MONDAY))
    shutil.copy(desk.keys.folder / f"{name}.key", desk.keys.folder / f"{name}-copy.key")

    destroy_old(desk.keys, NAME, MONDAY)

    assert (desk.keys.names("numbers-"), desk.find(stand_in)) == ([name], 41)


def test_a_key_goes_when_all_that_was_written_in_its_week_is_out(desk: Desk) -> None:
    stand_in = desk.hide(41)
    # What was written last in the week is kept back at most so often, and then released.
    release = next_release(MONDAY)
    for _ in range(HELD_AT_MOST):
        desk.at(release)
        assert desk.find(stand_in) == 41
        release = next_release(release)
    desk.at(release - timedelta(seconds=1))
    assert desk.find(stand_in) == 41
    assert old_names(desk.keys, NAME, desk.clock.now()) == []

    # Even a program that has not destroyed it yet does not use it any more.
    desk.clock.set(release)
    assert desk.find(stand_in) is None
    assert old_names(desk.keys, NAME, release) == [key_name(NAME, week_number(MONDAY))]

    desk.at(release)
    assert desk.keys.names("numbers-") == []
    assert Desk(desk.keys.folder, MONDAY).find(stand_in) is None


def test_who_has_the_key_folder_before_sees_the_numbers(desk: Desk) -> None:
    thief = KeyRing(desk.keys.folder)
    stand_in = desk.hide(41)

    key = thief.read(key_name(NAME, stand_in >> 48))

    assert unmixed(key, stand_in % FIRST) == 41


def test_no_program_remembers_a_key_longer_than_its_file(desk: Desk) -> None:
    other = Desk(desk.keys.folder)
    other.find(desk.hide(41))
    key = desk.keys.folder / f"{key_name(NAME, week_number(MONDAY))}.key"
    secret = key.read_bytes()

    desk.at(MONDAY + 4 * WEEK)
    other.clock.set(MONDAY + 4 * WEEK)
    other.hide(12)

    assert not key.exists()
    held = [*other.keys._held.values(), *other.stand_ins._held.values()]
    assert secret not in held


def test_what_was_hidden_under_a_lost_key_is_unknown_and_not_another_message(desk: Desk) -> None:
    stand_ins = [desk.hide(number) for number in range(1, 2_001)]
    for file in desk.keys.folder.iterdir():
        file.unlink()
    after = Desk(desk.keys.folder)

    assert [after.find(one) for one in stand_ins] == [None] * len(stand_ins)
    again = after.hide(41)
    assert after.find(again) == 41
    # One in 131,072 becomes a number that could be one, of some other message, two in a chat's
    # millions at most: Telegram does not know it.
    wrong = [after.find(one) for one in stand_ins]
    assert sum(one is not None for one in wrong) <= 2
    assert all(one is None or one <= LARGEST_NUMBER for one in wrong)


def test_a_damaged_key_is_made_anew(desk: Desk) -> None:
    stand_in = desk.hide(41)
    [file] = desk.keys.folder.iterdir()
    file.write_bytes(b"short")
    after = Desk(desk.keys.folder)

    assert after.find(stand_in) is None
    assert after.find(after.hide(41)) == 41
    assert Desk(desk.keys.folder).find(after.hide(41)) == 41


def test_where_no_key_can_be_written_all_goes_on_until_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    desk = Desk(tmp_path / "file" / "keys")
    with capture_logs() as lines:
        stand_in = desk.hide(41)

    assert stand_in == desk.hide(41) >= FIRST
    assert desk.find(stand_in) == 41
    assert [line["event"] for line in lines] == ["numbers.key_not_kept"]
    assert Desk(tmp_path / "file" / "keys").find(stand_in) is None
