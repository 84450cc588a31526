"""The build of the image a run waits for."""

from typing import Any

import msgspec

from runtui.backends.carrot.api import CarrotApi
from runtui.backends.carrot.variables import IMAGE_BUILD
from runtui.backends.carrot.wire import BuildWire, RunWire
from runtui.model.errors import BackendError


class ImageBuild(msgspec.Struct, frozen=True):
    """An image an input asks for, and its newest build, if the server knows one."""

    software: str
    version: str
    build: BuildWire | None = None


def wanted_images(run: RunWire) -> tuple[tuple[str, str], ...]:
    """Software and version of every `image_build:<software>|<version>` among a run's inputs, each once."""
    found: dict[tuple[str, str], None] = {}
    for inputs in (run.test_input, run.eval_input):
        for value in _values(inputs):
            if isinstance(value, str) and value.startswith(IMAGE_BUILD):
                software, _, version = value.removeprefix(IMAGE_BUILD).partition("|")
                found[software, version] = None
    return tuple(found)


async def find_builds(api: CarrotApi, run: RunWire) -> tuple[ImageBuild, ...]:
    """The newest build of each image a run wants. Where the server cannot tell, without a build; never raises."""
    found: list[ImageBuild] = []
    for software, version in wanted_images(run):
        try:
            found.append(ImageBuild(software, version, await _newest_build(api, software, version)))
        except BackendError:
            found.append(ImageBuild(software, version))
    return tuple(found)


async def _newest_build(api: CarrotApi, software: str, version: str) -> BuildWire | None:
    for item in (await api.software_versions(software)).items:
        known = item.value
        if version == known.commit or version in (known.tags or ()):
            builds = (await api.software_builds(known.software_version_id)).items
            return builds[0].value if builds else None
    return None


def _values(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [inner for item in value.values() for inner in _values(item)]
    if isinstance(value, list):
        return [inner for item in value for inner in _values(item)]
    return [value]
