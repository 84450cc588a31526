"""The components of the simulated service: what they take and give, and the steps of their workflows."""

import msgspec


class Port(msgspec.Struct, frozen=True):
    """A declared input or output. An input with a default need not be given, whether it is required or not."""

    name: str
    type: str
    description: str
    default: object = None
    is_required: bool = True


class Step(msgspec.Struct, frozen=True):
    """A node of the workflow: `begins` and `ends` are shares of the whole run's time."""

    workflow_id: str
    name: str
    kind: str
    begins: float
    ends: float


class Twin(msgspec.Struct, frozen=True, kw_only=True):
    """A component. `versions` are oldest first; `seconds` the shortest and longest run."""

    name: str
    owner: str
    visibility: str
    versions: tuple[str, ...]
    changelogs: tuple[str, ...]
    short_description: str
    description: str
    topics: tuple[str, ...]
    license: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    steps: tuple[Step, ...]
    seconds: tuple[int, int]
    file_names: dict[str, str]
    """The base name of each output that is a file."""

    @property
    def latest(self) -> str:
        """The newest version."""
        return self.versions[-1]

    def inputs_of(self, version: str) -> tuple[Port, ...]:
        """What a version takes: the optional inputs came with the second version."""
        return self.inputs if version != self.versions[0] else tuple(port for port in self.inputs if port.is_required)

    def steps_of(self, version: str) -> tuple[Step, ...]:
        """The nodes of a version: an input it does not take has none."""
        taken = {port.name for port in self.inputs_of(version)}
        return tuple(step for step in self.steps if step.kind != "input" or step.name in taken)

    @property
    def models(self) -> tuple[Step, ...]:
        """The steps that compute, in their order."""
        return tuple(step for step in self.steps if step.kind == "model")


IMAGE_ROTATION = Twin(
    name="image-rotation",
    owner="alice",
    visibility="private",
    versions=("1.0.0", "1.1.0"),
    changelogs=("First version", "Takes a key and a terrain model from the drive"),
    short_description="Rotates an image by an angle",
    description="Fetches an image, rotates it by an angle in degrees with bilinear resampling and gives it back.",
    topics=("image", "example"),
    license="LGPLv3",
    inputs=(
        Port("image", "Data", "The image to rotate"),
        Port("angle", "integer", "Degrees, counter-clockwise", 45),
        Port("key", "secret", "Key of the archive the image comes from", None, False),
        Port("dem", "DriveData", "Terrain model for orthorectification", None, False),
    ),
    outputs=(Port("rotatedImage", "Data", "The rotated image"),),
    steps=(
        Step("0", "image", "input", 0.0, 0.12),
        Step("1", "angle", "input", 0.0, 0.02),
        Step("2", "rotation", "model", 0.12, 0.94),
        Step("3", "rotatedImage", "output", 0.94, 1.0),
        Step("4", "key", "input", 0.0, 0.02),
        Step("5", "dem", "input", 0.0, 0.08),
    ),
    seconds=(30, 75),
    file_names={"rotatedImage": "rotated.jpg"},
)

SEN2COR = Twin(
    name="ai-sen2cor-processor",
    owner="esa",
    visibility="public",
    versions=("0.9.2", "1.0.0"),
    changelogs=("Beta", "Scene classification by the second network; product can be chosen"),
    short_description="Sentinel-2 atmospheric correction by a neural network",
    description="Emulates Sen2Cor: turns a Sentinel-2 L1C tile into surface reflectances (L2A bands and a true colour "
    "image) in a fraction of the processor's time, and benchmarks the result against the reference.",
    topics=("sentinel-2", "atmospheric correction", "ai"),
    license="Apache-2.0",
    inputs=(
        Port("cdse_key", "secret", "Access key of the Copernicus Data Space Ecosystem"),
        Port("cdse_secret", "secret", "Secret key of the Copernicus Data Space Ecosystem"),
        Port("product", "string", "Name of the L1C product", "S2A_MSIL1C_20260114T105421_T31TCJ", False),
        Port("cloud_limit", "number", "Most cloud cover of a tile, in per cent", 35.5, False),
    ),
    outputs=(
        Port("L2A_B02", "Data", "Blue, surface reflectance"),
        Port("L2A_B03", "Data", "Green, surface reflectance"),
        Port("L2A_B04", "Data", "Red, surface reflectance"),
        Port("L2A_TCI", "Data", "True colour image"),
        Port("tile_benchmark", "Data", "Differences from the reference processor"),
    ),
    steps=(
        Step("key", "cdse_key", "input", 0.0, 0.01),
        Step("secret", "cdse_secret", "input", 0.0, 0.01),
        Step("product", "product", "input", 0.0, 0.01),
        Step("clouds", "cloud_limit", "input", 0.0, 0.01),
        Step("inference", "ai-sen2cor-processor", "model", 0.02, 0.95),
        Step("blue", "L2A_B02", "output", 0.95, 0.97),
        Step("green", "L2A_B03", "output", 0.95, 0.98),
        Step("red", "L2A_B04", "output", 0.95, 0.98),
        Step("colour", "L2A_TCI", "output", 0.95, 0.99),
        Step("benchmark", "tile_benchmark", "output", 0.95, 1.0),
    ),
    seconds=(110, 240),
    file_names={
        "L2A_B02": "L2A_T31TCJ_B02_10m.tif",
        "L2A_B03": "L2A_T31TCJ_B03_10m.tif",
        "L2A_B04": "L2A_T31TCJ_B04_10m.tif",
        "L2A_TCI": "L2A_T31TCJ_TCI_10m.tif",
        "tile_benchmark": "tile_benchmark.json",
    },
)

COASTAL_FLOOD = Twin(
    name="coastal-flood",
    owner="alice",
    visibility="private",
    versions=("2.3.1", "2.4.0"),
    changelogs=("Wetting and drying without negative depths", "Options of the solver; terrain from the drive"),
    short_description="Flood extent of a storm surge on a sea level scenario",
    description="Meshes a coast, solves the shallow water equations for a storm surge on top of a sea level rise and "
    "gives the largest depth and the flooded area.",
    topics=("ocean", "flood", "climate adaptation"),
    license="EUPL-1.2",
    inputs=(
        Port("storm", "string", "Name of the storm", "Xynthia"),
        Port("sea_level_rise", "number", "Metres above today", 0.5),
        Port("return_period", "integer", "Years", 100),
        Port("start", "datetime", "Begin of the surge", "2010-02-27T12:00:00Z", False),
        Port("write_depth", "boolean", "Keep the depth of every time step", False, False),
        Port("solver_options", "json", "Options of the solver", {"cfl": 0.7, "scheme": "hllc"}, False),
        Port("dem", "DriveData", "Terrain model", None, False),
    ),
    outputs=(
        Port("flood_depth", "Data", "Largest depth"),
        Port("hydrograph", "Data", "Water level at the gauges"),
        Port("max_depth", "number", "Metres"),
        Port("flooded_area", "number", "Square kilometres"),
    ),
    steps=(
        Step("10", "storm", "input", 0.0, 0.01),
        Step("11", "sea_level_rise", "input", 0.0, 0.01),
        Step("12", "return_period", "input", 0.0, 0.01),
        Step("13", "start", "input", 0.0, 0.01),
        Step("14", "write_depth", "input", 0.0, 0.01),
        Step("15", "solver_options", "input", 0.0, 0.01),
        Step("16", "dem", "input", 0.0, 0.03),
        Step("20", "bathymetry", "resource", 0.0, 0.05),
        Step("30", "mesh", "model", 0.05, 0.2),
        Step("31", "solver", "model", 0.2, 0.86),
        Step("32", "extent", "model", 0.86, 0.96),
        Step("40", "flood_depth", "output", 0.96, 0.99),
        Step("41", "hydrograph", "output", 0.96, 0.98),
        Step("42", "max_depth", "output", 0.96, 0.97),
        Step("43", "flooded_area", "output", 0.96, 0.97),
    ),
    seconds=(90, 200),
    file_names={"flood_depth": "flood_depth_max.tif", "hydrograph": "hydrograph.csv"},
)

TWINS: dict[str, Twin] = {twin.name: twin for twin in (SEN2COR, COASTAL_FLOOD, IMAGE_ROTATION)}
