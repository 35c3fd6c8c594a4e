"""getFile; the content itself is fetched in `test_api.py`."""

from tests.playground.methods.table import (
    Row,
    Stage,
    bad,
    ok,
    unknown,
)

_LIMIT = 20 << 20


def _file(size: int) -> dict[str, object]:
    return {
        "file_id": "file-1",
        "file_unique_id": "unique-1",
        "file_size": size,
        "file_path": "documents/file-1",
    }


def _small(stage: Stage) -> None:
    stage.telegram._files["file-1"] = b"BEGIN"


def _largest(stage: Stage) -> None:
    stage.telegram._files["file-1"] = bytes(_LIMIT)


def _too_large(stage: Stage) -> None:
    stage.telegram._files["file-1"] = bytes(_LIMIT + 1)


ROWS = (
    Row("a file", {"file_id": "file-1"}, ok(_file(5)), before=_small),
    Row("20 MB", {"file_id": "file-1"}, ok(_file(_LIMIT)), before=_largest),
    Row("one byte more", {"file_id": "file-1"}, bad("file is too big"), before=_too_large),
    Row("an unknown file", {"file_id": "file-2"}, bad("invalid file_id")),
    Row("no file", {}, bad("file_id not specified")),
    unknown("file_path", "getFile"),
)
