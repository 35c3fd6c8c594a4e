"""What stands behind /minutes, when it asks to write a meeting up."""

import pytest

from bot.handlers.write_ups import is_meant


@pytest.mark.parametrize("said", ["write", "Write up", " write ", "andika", "qor"])
def test_to_write_a_meeting_up_is_asked_for_in_every_language(said: str) -> None:
    assert is_meant(said)


@pytest.mark.parametrize("said", ["", "March", "3/2026", "write to Amina"])
def test_anything_else_looks_for_minutes(said: str) -> None:
    assert not is_meant(said)
