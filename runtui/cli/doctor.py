"""`runtui doctor`: what works on this machine and what does not."""

import importlib.util
import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from runtui import __version__
from runtui.cli import output
from runtui.cli.exit_codes import ExitCode, worst_exit_code
from runtui.cli.known_profiles import KnownProfiles
from runtui.cli.options import CommonOptions
from runtui.cli.places import places
from runtui.cli.profile_check import ProfileCheck, check_profiles
from runtui.config.paths import Paths
from runtui.model.errors import ConfigError, RuntuiError
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `is_fine` is None for what is only told."""

    about: str
    sentence: str
    is_fine: bool | None = True
    hint: str = ""


def run(options: CommonOptions) -> int:
    """Look at everything, then ask every service; the exit code is that of the worst error."""
    paths = places(options)
    _write(Finding(about="runtui", sentence=f"{__version__}, Python {platform.python_version()}", is_fine=None))
    for finding in (*_terminal(), *_extras(), *_folders(paths)):
        _write(finding)
    try:
        known = KnownProfiles(options)
    except ConfigError as error:
        _write(Finding(about="config", sentence=error.message, is_fine=False, hint=error.hint))
        return ExitCode.USAGE
    errors: list[RuntuiError] = []
    for finding, failed in _profiles(known, options):
        _write(finding)
        errors += [failed] if failed is not None else []
    return worst_exit_code(errors)


def _terminal() -> Iterator[Finding]:
    term = os.environ.get("TERM", "")
    colours = os.environ.get("COLORTERM") or ("none wanted" if os.environ.get("NO_COLOR") else "not said")
    draws = term not in ("", "dumb")
    size = shutil.get_terminal_size()
    yield Finding(
        about="terminal",
        sentence=f"TERM={term or '(not set)'}, {size.columns}x{size.lines}, true colours: {colours}",
        is_fine=draws,
        hint="" if draws else "The dashboard cannot be drawn here; the commands can be used.",
    )
    encoding = (sys.stdout.encoding or "").lower()
    is_unicode = encoding.replace("-", "") == "utf8"
    hint = "" if is_unicode else "Set LANG to one that ends in .UTF-8, or ascii = true in [interface]."
    named = f"{encoding or 'unknown'}, locale {locale.setlocale(locale.LC_CTYPE, None)}"
    yield Finding(about="encoding", sentence=named, is_fine=is_unicode, hint=hint)


def _extras() -> Iterator[Finding]:
    for extra, package in (("demo", "starlette"), ("keyring", "keyring")):
        there = importlib.util.find_spec(package) is not None
        hint = "" if there else f"pip install 'runtui[{extra}]'"
        sentence = "installed" if there else "not installed"
        yield Finding(about=f"extra {extra}", sentence=sentence, is_fine=True if there else None, hint=hint)


def _folders(paths: Paths) -> Iterator[Finding]:
    there = "" if paths.config_file.exists() else " (not there yet)"
    yield Finding(about="config", sentence=f"{paths.config_file}{there}", is_fine=None if there else True)
    for about, folder in (("data", paths.data_folder), ("cache", paths.cache_folder)):
        is_fine = _can_write(folder)
        hint = "" if is_fine else f"Name another place with RUNTUI_{about.upper()}_DIR."
        yield Finding(about=about, sentence=str(folder), is_fine=is_fine, hint=hint)


def _can_write(folder: Path) -> bool:
    """Whether the folder, or the nearest one above it that exists, can be written in."""
    nearest = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _profiles(known: KnownProfiles, options: CommonOptions) -> Iterator[tuple[Finding, RuntuiError | None]]:
    for problem in known.config.problems:
        yield Finding(about="config", sentence=problem, is_fine=False), None
    wanted = known.usable(options.profiles) if options.profiles else known.all
    if not wanted:
        yield Finding(about="profiles", sentence="none is configured and none was found", is_fine=None), None
    for checked in check_profiles(known, wanted):
        yield _of_profile(checked), checked.error


def _of_profile(checked: ProfileCheck) -> Finding:
    about = f"profile {checked.profile.name}"
    if checked.error is not None:
        return Finding(about=about, sentence=checked.error.message, is_fine=False, hint=checked.error.hint)
    identity = checked.identity
    who = ", ".join(identity.words) if identity else ""
    return Finding(
        about=about, sentence=f"{checked.profile.service} answers in {checked.seconds:.2f} s  {who}".rstrip()
    )


def _write(finding: Finding) -> None:
    glyphs, colour = output.glyphs(), output.wants_colour()
    sign, tone = {
        True: (glyphs.yes, Tone.SUCCEEDED),
        False: (glyphs.no, Tone.ERROR),
        None: (" ", Tone.MUTED),
    }[finding.is_fine]
    output.write_line(f"{output.painted(Cell(sign, tone), colour)} {finding.about:<20}  {one_line(finding.sentence)}")
    if finding.hint:
        output.write_line(f"  {'':<20}  {one_line(finding.hint)}")
