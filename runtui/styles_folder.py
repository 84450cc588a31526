"""Where the style sheets lie: inside the installed package, or beside it in a checkout."""

from pathlib import Path, PurePath

from runtui.model.errors import StorageError


def styles_folder() -> Path:
    """The folder with the `.tcss` files, as an absolute path.

    A wheel carries it inside the package; a checkout and an editable install have it next to the package.
    Raises StorageError when neither is there, which means a broken installation.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "styles", package.parent / "styles"):
        if folder.is_dir():
            return folder
    raise StorageError(f"the style sheets are missing from {package}", hint="Install runtui again.")


def style_sheets(*names: str) -> list[str | PurePath]:
    """The paths of the style sheets of these names, without their ending; what a screen has as its `CSS_PATH`."""
    folder = styles_folder()
    return [folder / f"{name}.tcss" for name in names]
