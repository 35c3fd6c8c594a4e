"""Where templates and catalogues are: inside the installed package, or at the top of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder `name` (`templates`, `locales`) of this installation.

    Raises:
        FileNotFoundError: the installation lacks it; install the package again.
    """
    for place in (_PACKAGE / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    message = f"the folder {name!r} is missing from this installation: install Baraza again"
    raise FileNotFoundError(message)
