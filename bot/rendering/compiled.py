"""Templates as Python's code, kept from one start of the program to the next.

To compile a template takes up to a tenth of a second, in which nobody is answered; to load what was
compiled before takes less than a thousandth. It lies where Python keeps its own compiled modules
(`__pycache__`), and is as good as they are: what has changed is compiled anew, and where nothing
can be written everything is compiled at its first use in a program.
"""

import sys
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from uuid import uuid4

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class Compiled(FileSystemBytecodeCache):
    """What the templates of a folder were compiled to: once for all languages."""

    def __init__(self, made_by: Path, room: str) -> None:
        """Serve the environments that the module `made_by` makes for the folder `room`."""
        # Tools that leave out, or clean away, Python's compiled modules do so with these, too.
        folder = Path(cache_from_source(__file__)).parent
        super().__init__(str(folder), f"templates-{room}-%s.pyc")
        self._made_by = made_by
        self._loaded: dict[tuple[str, str], CodeType | None] = {}

    def get_source_checksum(self, source: str) -> str:
        """Return what tells whether code is still that of a template."""
        return super().get_source_checksum(_maker(self._made_by) + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what another language has loaded, or what was compiled before, if it is there."""
        key = (bucket.key, bucket.checksum)
        bucket.code = self._loaded.get(key)
        if bucket.code is None:
            # A power cut may have left half of a file.
            with suppress(Exception):
                super().load_bytecode(bucket)
            self._loaded[key] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; in a file, unless Python is to write none, or cannot."""
        self._loaded[bucket.key, bucket.checksum] = bucket.code
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                self._store(bucket)

    def _store(self, bucket: Bucket) -> None:
        """Write a file that appears as a whole: half of it has a name that nobody looks for."""
        file = Path(self.directory, self.pattern % bucket.key)
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_name(f"{uuid4().hex}.pyc")
        try:
            with half.open("wb") as writable:
                bucket.write_bytecode(writable)
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)


@cache
def _maker(made_by: Path) -> str:
    """Return what code depends on besides its template: Jinja, and the options it is given."""
    return jinja2.__version__ + made_by.read_text("utf-8")
