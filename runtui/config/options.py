"""A table's values made into the settings class that declares them, or errors that say which key is wrong and how.

A settings class is a frozen msgspec struct. The help of a field is `Annotated[T, msgspec.Meta(description=...)]`; its
bounds (`ge`, `pattern`, ...) hold too. A field may be text, a number, true or false, `Literal`, an enum, a list or
tuple of those, `Path` (`~` and `$NAME` are expanded) or `SecretRef`, each also `| None`. A class may check further in
its `__post_init__` by raising ValueError or ConfigError, never with a secret in it.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from runtui.config.expected import choices, expected, kind_of
from runtui.config.near import near_matches
from runtui.config.profile import Origin, Profile
from runtui.model.errors import ConfigError
from runtui.model.secret import SecretRef

S = TypeVar("S", bound=msgspec.Struct)


class OptionField(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a settings class, for help, documents and a form to fill in.

    `type` says in words what it may be, `choices` lists the texts of a closed set. `default` is None when there is
    none. A `secret` field holds a `SecretRef`.
    """

    name: str
    type: str
    help: str
    required: bool
    default: object = None
    choices: tuple[str, ...] = ()
    secret: bool = False


def describe_options(settings_type: type[msgspec.Struct]) -> tuple[OptionField, ...]:
    """The keys a settings class has, in the order in which it declares them."""
    return tuple(_described(field) for field in msgspec.structs.fields(settings_type))


def read_options(profile: Profile, settings_type: type[S], environ: Mapping[str, str] | None = None) -> S:
    """The profile's options as its backend's settings.

    Raises one ConfigError that names the place of everything that is wrong: unknown keys with what they may have
    meant, missing ones, and values of another type. `environ` is what `$NAME` in paths refers to.
    """
    return read_table(profile.options, profile.origin, settings_type, environ)


def read_table(
    values: Mapping[str, object], origin: Origin, settings_type: type[S], environ: Mapping[str, str] | None = None
) -> S:
    """The values of any table as the settings class that declares them. Raises ConfigError as `read_options`."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(settings_type)}
    hook = partial(_convert_own, environ=os.environ if environ is None else environ)
    errors = [_missing(field, origin) for key, field in fields.items() if field.required and key not in values]
    read: dict[str, object] = {}
    for key, value in values.items():
        try:
            if key not in fields:
                raise ConfigError("is not known", hint=near_matches(key, fields))
            read[fields[key].name] = _converted(value, fields[key], hook)
        except ConfigError as error:
            errors.append(origin.error(error.message, key=key, hint=error.hint))
    raise_all(errors)
    try:
        return settings_type(**read)
    except (ValueError, ConfigError) as error:
        raise origin.error(str(error), hint=getattr(error, "hint", "")) from None


def raise_all(errors: Sequence[ConfigError]) -> None:
    """Raise the errors as one, a line each with its own hint behind it; do nothing when there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ConfigError("\n".join(f"{error.message}. {error.hint}".rstrip(" .") for error in errors))


def _described(field: FieldInfo) -> OptionField:
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return OptionField(
        name=field.encode_name,
        type=expected(field.type),
        help=_help(field.type),
        required=field.required,
        default=None if default is msgspec.NODEFAULT else default,
        choices=choices(field.type),
        secret=_is_secret(field.type),
    )


def _help(annotation: Any) -> str:
    if get_origin(annotation) is not Annotated:
        return ""
    described = [one.description for one in get_args(annotation)[1:] if isinstance(one, msgspec.Meta)]
    return next((description for description in described if description), "")


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretRef or any(_is_secret(part) for part in get_args(annotation))


def _missing(field: FieldInfo, origin: Origin) -> ConfigError:
    return origin.error(f"needs the key {field.encode_name}: {_help(field.type) or expected(field.type)}")


def _converted(value: object, field: FieldInfo, hook: Callable[[type, object], object]) -> object:
    """The value as the field's type. Raises ConfigError with what the field accepts and the kind of what was there."""
    try:
        return msgspec.convert(value, field.type, dec_hook=hook)
    except msgspec.ValidationError as error:
        raise ConfigError(f"must be {expected(field.type)}{_found(value, str(error))}") from None
    except ConfigError as error:
        raise ConfigError(f"is not accepted: {error.message}", hint=error.hint) from None


def _found(value: object, said: str) -> str:
    """Which item of a list is wrong, or what kind of value stood there when not only a bound is overstepped."""
    item = re.search(r"\$\[(\d+)\]", said)
    if item:
        return f" (item {int(item[1]) + 1})"
    return f", not {kind_of(value)}" if ", got `" in said else ""


_VARIABLE: Final = re.compile(r"\$(?:\{(?P<braced>[^}]*)\}|(?P<bare>[A-Za-z_][A-Za-z0-9_]*))")


def _convert_own(target: type, value: object, *, environ: Mapping[str, str]) -> object:
    """The types TOML does not have. Called by msgspec for what it cannot convert itself."""
    if isinstance(value, target):
        return value
    if target is SecretRef:
        return SecretRef.parse(value)
    if target is Path and isinstance(value, str):
        return _expanded(value, environ)
    raise TypeError(f"Expected `{target.__name__}`, got `{type(value).__name__}`")


def _expanded(written: str, environ: Mapping[str, str]) -> Path:
    def value_of(match: re.Match[str]) -> str:
        name = match["braced"] or match["bare"] or ""
        if not environ.get(name):
            raise ConfigError(f"the environment variable {name!r} is not set")
        return environ[name]

    try:
        return Path(_VARIABLE.sub(value_of, written)).expanduser()
    except RuntimeError:
        raise ConfigError("it names a home folder that is not known") from None
