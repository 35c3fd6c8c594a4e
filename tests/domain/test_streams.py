"""What people call the streams of their work."""

import pytest

from bot.domain.streams import Stream, StreamKey, meant
from bot.rendering.messages import renderer

USUAL = (
    Stream(1, StreamKey.AGENDA),
    Stream(2, StreamKey.COMMUNICATION),
    Stream(3, StreamKey.LEARNING, "Tracking"),
    Stream(4, StreamKey.OWN, "Water trucks"),
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("communication", 2),
        ("Mawasiliano", 2),
        ("common-agenda", 1),
        ("common_agenda", 1),
        ("ajenda", 1),
        ("tracking", 3),
        ("learning", 3),
        ("watertrucks", 4),
        ("water-trucks", 4),
        ("water", None),
        ("", None),
    ],
)
def test_a_hashtag_means_a_stream_in_any_language(said: str, found: int | None) -> None:
    stream = meant(said, USUAL, renderer().stream_words)

    assert (stream.id if stream else None) == found
