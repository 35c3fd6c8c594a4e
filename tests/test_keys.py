"""Key files: for their owner alone, whole or not there, and overwritten before they are gone."""

import os
import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bot.keys import SIZE, KeyLost, KeyRing, KeysUnreadable, KeysUnwritable


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "data" / "keys")


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lend a list into which is written, in order, what is done to files."""
    done: list[str] = []

    def note(owner: Any, function: str, said: Callable[..., str]) -> None:
        original = getattr(owner, function)

        def wrapped(*args: Any, **named: Any) -> Any:
            done.append(said(*args))
            return original(*args, **named)

        monkeypatch.setattr(owner, function, wrapped)

    def place(descriptor: int) -> str:
        return Path(f"/proc/self/fd/{descriptor}").readlink().name

    note(
        os,
        "write",
        lambda to, what: f"write {'zeros' if what == bytes(SIZE) else 'key'} {place(to)}",
    )
    note(os, "fsync", lambda of: f"fsync {place(of)}")
    note(Path, "replace", lambda one, other: f"replace {other.name} by {one.name}")
    note(Path, "unlink", lambda one, **_: f"unlink {one.name}")
    return done


def modes(ring: KeyRing) -> dict[str, int]:
    """Return who may do what with the folder and all in it."""
    return {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (ring.folder, *ring.folder.iterdir())
    }


def test_a_key_is_for_its_owner_alone_whatever_the_mask(ring: KeyRing) -> None:
    before = os.umask(0)
    try:
        ring.make("box-a-1")
    finally:
        os.umask(before)

    assert modes(ring) == {"keys": 0o700, "box-a-1.key": 0o600}


def test_a_key_is_random_and_found_again_by_another_program(ring: KeyRing) -> None:
    one, other = ring.make("box-a-1"), ring.make("box-a-2")

    assert (len(one), len(other), one != other) == (SIZE, SIZE, True)
    assert KeyRing(ring.folder).read("box-a-1") == one
    assert (ring.folder / "box-a-1.key").read_bytes() == one


def test_a_key_is_on_the_disk_before_it_takes_its_place_and_then_its_name_is(
    ring: KeyRing, noted: list[str]
) -> None:
    ring.make("box-a-1")

    assert noted == [
        "write key .box-a-1.new",
        "fsync .box-a-1.new",
        "replace box-a-1.key by .box-a-1.new",
        "fsync keys",
    ]


@pytest.mark.parametrize("at", ["write", "fsync"])
def test_a_key_that_cannot_be_replaced_stays_as_it_was(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    before = ring.make("box-a-1")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, at, full)
    with pytest.raises(KeysUnwritable, match="No space left"):
        ring.make("box-a-1")
    monkeypatch.undo()

    assert (ring.read("box-a-1"), KeyRing(ring.folder).read("box-a-1")) == (before, before)
    assert ring.names("box-") == ["box-a-1"]


def test_a_key_that_is_replaced_is_another(ring: KeyRing) -> None:
    before = ring.make("box-a-1")
    after = ring.make("box-a-1")

    assert before != after
    assert (ring.read("box-a-1"), KeyRing(ring.folder).read("box-a-1")) == (after, after)
    assert modes(ring) == {"keys": 0o700, "box-a-1.key": 0o600}


def test_a_key_that_is_made_once_is_on_the_disk_before_it_has_its_name(
    ring: KeyRing, noted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def note(one: Path, other: Path) -> None:
        noted.append(f"link {other.name}")
        link(one, other)

    monkeypatch.setattr(os, "link", note)
    ring.make_once("numbers-a-1")

    steps = [re.sub(r"[.][0-9a-f]{8}[.]", ".….", one) for one in noted]
    assert steps == [
        "write key .numbers-a-1.….new",
        "fsync .numbers-a-1.….new",
        "link numbers-a-1.key",
        "unlink .numbers-a-1.….new",
        "fsync keys",
    ]
    assert modes(ring) == {"keys": 0o700, "numbers-a-1.key": 0o600}


def test_programs_that_make_a_key_at_one_moment_get_the_same(tmp_path: Path) -> None:
    rings = [KeyRing(tmp_path / "keys") for _ in range(8)]
    together = Barrier(len(rings))

    def make(ring: KeyRing) -> bytes:
        together.wait()
        return ring.make_once("numbers-a-1")

    with ThreadPoolExecutor(len(rings)) as programs:
        found = list(programs.map(make, rings))

    assert len(set(found)) == 1
    assert [one.name for one in (tmp_path / "keys").iterdir()] == ["numbers-a-1.key"]


def test_a_key_that_is_there_is_not_made_once_more(ring: KeyRing) -> None:
    before = ring.make("numbers-a-1")

    assert ring.make_once("numbers-a-1") == before
    assert KeyRing(ring.folder).make_once("numbers-a-1") == before


def test_a_key_takes_with_it_what_a_crash_left_of_its_making(ring: KeyRing) -> None:
    ring.make_once("numbers-a-1")
    os.link(ring.folder / "numbers-a-1.key", ring.folder / ".numbers-a-1.00ff00ff.new")
    ring.make_once("numbers-a-12")

    ring.destroy("numbers-a-1")

    assert [one.name for one in ring.folder.iterdir()] == ["numbers-a-12.key"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(KeysUnwritable) as raised:
        KeyRing(tmp_path / "file" / "keys").make("box-a-1")

    assert raised.value.filename == str(tmp_path / "file" / "keys")


def test_a_destroyed_key_is_overwritten_on_the_disk_before_its_name_goes(
    ring: KeyRing, noted: list[str]
) -> None:
    ring.make("box-a-1")
    # A second name of the same file shows what was in it at the end.
    os.link(ring.folder / "box-a-1.key", ring.folder.parent / "shadow")
    noted.clear()

    ring.destroy("box-a-1")

    assert noted == [
        "write zeros box-a-1.key",
        "fsync box-a-1.key",
        "unlink box-a-1.key",
        "fsync keys",
    ]
    assert (ring.folder.parent / "shadow").read_bytes() == bytes(SIZE)
    assert list(ring.folder.iterdir()) == []
    with pytest.raises(KeyLost):
        ring.read("box-a-1")


def test_what_is_not_there_can_be_destroyed_again(ring: KeyRing) -> None:
    ring.destroy("box-a-1")
    ring.make("box-a-2")
    ring.destroy("box-a-1")

    assert ring.names("box-") == ["box-a-2"]


@pytest.mark.parametrize("size", [0, 31, 33], ids=["empty", "too short", "too long"])
def test_a_key_of_a_wrong_length_is_lost(ring: KeyRing, size: int) -> None:
    ring.make("box-a-1")
    (ring.folder / "box-a-1.key").write_bytes(b"x" * size)

    with pytest.raises(KeyLost):
        KeyRing(ring.folder).read("box-a-1")


def test_a_key_that_another_program_replaced_is_read_again_once_it_is_forgotten(
    ring: KeyRing,
) -> None:
    before = ring.make("box-a-1")
    after = KeyRing(ring.folder).make("box-a-1")
    remembered = ring.read("box-a-1")
    ring.forget("box-a-1")

    assert (remembered, ring.read("box-a-1")) == (before, after)


def test_keys_of_another_database_and_other_files_are_not_counted_among_ours(
    ring: KeyRing,
) -> None:
    for name in ("box-a-1", "box-a-10", "box-b-1", "marks-a-1"):
        ring.make(name)
    (ring.folder / "box-a-2.txt").touch()
    (ring.folder / ".box-a-3.new").touch()
    (ring.folder / "box-a-4 (copy).key").touch()

    assert ring.names("box-a-") == ["box-a-1", "box-a-10"]


def test_a_key_that_is_there_and_cannot_be_read_is_not_lost(ring: KeyRing) -> None:
    (ring.folder / "box-a-1.key").mkdir(parents=True)

    with pytest.raises(KeysUnreadable) as raised:
        ring.read("box-a-1")

    assert raised.value.filename == str(ring.folder)


def test_where_there_is_no_folder_a_key_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for folder in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(KeyLost):
            KeyRing(folder).read("box-a-1")


def test_keys_of_other_databases_that_nobody_renews_are_left_behind(ring: KeyRing) -> None:
    ages = {
        "box-old-7": 22,
        "box-new-1": 20,
        "box-mine-1": 99,
        "marks-old-3": 22,
        "marks-mine-9": 1,
    }
    for name, days in ages.items():
        ring.make(name)
        file = ring.folder / f"{name}.key"
        os.utime(file, (0, 1_800_000_000 - days * 86_400))

    found = [
        ring.left_behind(f"{prefix}-", own=f"{prefix}-mine-", after=timedelta(days=21))
        for prefix in ("box", "marks")
    ]

    # The newest is a day old: what was made 20 days before it may be in use.
    assert found == [[], []]
    ring.make("marks-mine-10")
    os.utime(ring.folder / "marks-mine-10.key", (0, 1_800_000_000))
    assert ring.left_behind("box-", own="box-mine-", after=timedelta(days=21)) == ["box-old-7"]
    assert ring.left_behind("marks-", own="marks-mine-", after=timedelta(days=21)) == [
        "marks-old-3"
    ]


def test_in_a_folder_that_is_not_there_nothing_is_left_behind(ring: KeyRing) -> None:
    assert ring.left_behind("box-", own="box-a-", after=timedelta()) == []


@pytest.mark.parametrize("name", ["../box", "box/1", "", "Box", "box 1"])
def test_no_name_leads_out_of_the_folder(ring: KeyRing, name: str) -> None:
    with pytest.raises(AssertionError):
        ring.make(name)
