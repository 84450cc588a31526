"""`runtui profiles`: what is configured, what else was found on this machine, and whether it works."""

from collections.abc import Sequence

import msgspec

from runtui.backends.registry import settings_type
from runtui.cli import output
from runtui.cli.exit_codes import worst_exit_code
from runtui.cli.json_shapes import Shape, identity_shape, profile_shape, profile_url
from runtui.cli.json_text import write_json_list
from runtui.cli.known_profiles import KnownProfiles
from runtui.cli.options import CommonOptions
from runtui.cli.profile_check import ProfileCheck, check_profiles
from runtui.cli.table import table_lines
from runtui.config.options import read_options
from runtui.config.profile import Profile
from runtui.model.clock import SystemClock
from runtui.model.errors import RuntuiError
from runtui.model.identity import Identity
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue
from runtui.render.sanitise import one_line


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """A profile and what came out when it was looked at. `identity` is None when it was not asked."""

    profile: Profile
    configured: bool
    found: bool
    error: RuntuiError | None = None
    identity: Identity | None = None


def run(options: CommonOptions, *, check: bool, as_json: bool) -> int:
    """List the profiles; with `check` each is asked whether it knows us, all at once."""
    known = KnownProfiles(options)
    wanted = known.usable(options.profiles) if options.profiles else known.all
    checks = check_profiles(known, wanted) if check else [_read(profile) for profile in wanted]
    rows = [
        _Row(
            profile=one.profile,
            configured=one.profile in known.configured,
            found=one.profile in known.found,
            error=one.error,
            identity=one.identity,
        )
        for one in checks
    ]
    if as_json:
        write_json_list(_shape(row, checked=check) for row in rows)
    else:
        _write_table(rows, checked=check)
    output.flush()
    return _end(known, rows)


def _read(profile: Profile) -> ProfileCheck:
    """Whether what is written of a profile is right; nobody is asked."""
    try:
        read_options(profile, settings_type(profile.service))
    except RuntuiError as error:
        return ProfileCheck(profile=profile, error=error)
    return ProfileCheck(profile=profile)


def _shape(row: _Row, *, checked: bool) -> Shape:
    shape = profile_shape(row.profile, configured=row.configured, error=row.error.message if row.error else None)
    if checked:
        shape["checked"] = row.identity is not None
        shape["identity"] = None if row.identity is None else identity_shape(row.identity)
    return shape


def _write_table(rows: Sequence[_Row], *, checked: bool) -> None:
    if not rows:
        return
    columns = _COLUMNS if checked else [column for column in _COLUMNS if column.key != "check"]
    context = DrawContext(now=SystemClock().now(), glyphs=output.glyphs())
    output.write_lines(table_lines(rows, columns, context))


def _end(known: KnownProfiles, rows: Sequence[_Row]) -> int:
    for problem in known.config.problems:
        output.say(problem)
    if not rows:
        output.say(f"no profile is configured in {known.config.path}, and none was found on this machine")
    for row in rows:
        if row.error is not None:
            output.complain_of(row.error, profile=row.profile.name)
    return worst_exit_code(row.error for row in rows if row.error is not None)


def _check(row: _Row, context: DrawContext) -> Cell:
    if row.error is not None:
        return Cell(context.glyphs.broken, Tone.ERROR)
    if row.identity is None:
        return EMPTY
    who = ", ".join(row.identity.words)
    return Cell(f"{context.glyphs.yes} {one_line(who)}".rstrip(), Tone.SUCCEEDED)


def _unsorted(row: _Row, _: DrawContext) -> SortValue:
    """Profiles stay in the order of their file."""
    return None


def _origin(row: _Row, _: DrawContext) -> Cell:
    place = str(row.profile.origin)
    return Cell(one_line(f"found: {place}" if row.found else place), Tone.MUTED)


_COLUMNS: Sequence[Column[_Row]] = (
    Column(
        key="name", title="PROFILE", cell=lambda row, _: Cell(one_line(row.profile.name), Tone.STRONG),
        sort_value=_unsorted, width=24,
    ),
    Column(
        key="service", title="SERVICE", cell=lambda row, _: Cell(one_line(row.profile.service)),
        sort_value=_unsorted, width=12,
    ),
    Column(
        key="url", title="URL", cell=lambda row, _: Cell(one_line(profile_url(row.profile))),
        sort_value=_unsorted, width=40, min_width=10, cut_middle=True,
    ),
    Column(key="check", title="CHECK", cell=_check, sort_value=_unsorted, width=30, min_width=6),
    Column(
        key="origin", title="FROM", cell=_origin, sort_value=_unsorted, width=48, min_width=10,
        grows=True, cut_middle=True,
    ),
)  # fmt: skip
