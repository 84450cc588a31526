"""How a profile of each service is written into the configuration."""

from typing import Final

from runtui.backends.registry import service_names, settings_type
from runtui.config.options import OptionField, describe_options
from runtui.config.this_machine import NAME as THIS_MACHINE

_OPTIONS_SHOWN: Final = 3
"""Settings declare what every profile needs first; the rest has defaults that are right for most."""


def profile_examples() -> list[str]:
    """The lines of one table of TOML for each service, what a person has to fill in explained behind it.

    This machine needs none: its profile is always there.
    """
    lines: list[str] = []
    for service in (name for name in service_names() if name != THIS_MACHINE):
        options = describe_options(settings_type(service))[:_OPTIONS_SHOWN]
        lines += [f"[profiles.my-{service}]", f'service = "{service}"', *map(_assignment, options), ""]
    return lines[:-1]


def _assignment(option: OptionField) -> str:
    value = '{ env = "NAME" }' if option.secret else '"..."'
    sentence = option.help.partition(". ")[0].rstrip(".")
    return f"{option.name} = {value}   # {sentence}"
