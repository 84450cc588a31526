"""Small files of the simulated cases: dictionaries, the heads and tails of tables, pictures."""

import struct
import zlib
from functools import lru_cache

COMMANDS = {
    "openfoam": "cd airFoil2D && ./Allrun",
    "fluent": "fluent 3ddp -gu -ssh -t36 -cnf=$FLUENT_HOSTS -i run.jou",
    "starccm": "starccm+ -power -np $RESCALE_CORES_PER_SLOT -batch nozzle.java nozzle.sim",
    "cfx": "cfx5solve -batch -def pump.def -par-dist $CFX_HOSTS",
}
NAMES = (
    "Allrun", "Allclean", "constant/transportProperties", "constant/turbulenceProperties", "constant/RASProperties",
    "constant/polyMesh/boundary", "system/controlDict", "system/fvSchemes", "system/fvSolution",
    "system/decomposeParDict", "system/forceCoeffs", "system/surfaces", "system/sampleDict",
)  # fmt: skip


def header(name: str, location: str, kind: str = "volVectorField") -> str:
    """The head of an OpenFOAM file."""
    return (
        "FoamFile\n{\n    version     2.0;\n    format      ascii;\n"
        f'    class       {kind};\n    location    "{location}";\n    object      {name};\n}}\n\n'
    )


def boundary(job: str, number: int, x_velocity: float, y_velocity: float) -> str:
    """The boundary conditions of one case: the only part of its tables that is this case's alone."""
    inflow = f"uniform ({x_velocity:9.4f} {y_velocity:9.4f} 0)"
    return (
        f"// job {job} case {number:06d}\n"
        "boundaryField\n{\n"
        f"    inlet\n    {{\n        type            freestreamVelocity;\n        freestreamValue {inflow};\n    }}\n"
        f"    outlet\n    {{\n        type            freestreamVelocity;\n        freestreamValue {inflow};\n    }}\n"
        "    walls\n    {\n        type            noSlip;\n    }\n"
        "    frontAndBack\n    {\n        type            empty;\n    }\n}\n"
    )


def table_head(path: str, kind: str, rows: int) -> str:
    """The head of a large table: what it is, and how many rows follow."""
    folder, _, name = path.rpartition("/")
    of = {"vector": "List<vector>", "scalar": "List<scalar>", "flux": "List<scalar>"}.get(kind)
    location = folder.rpartition("/")[2]
    if of is None:
        return header(name, "constant/polyMesh", f"{kind}List") + f"{rows}\n(\n"
    dimensions = "[0 1 -1 0 0 0 0]" if kind == "vector" else "[0 2 -2 0 0 0 0]"
    return header(name, location) + f"dimensions      {dimensions};\n\ninternalField   nonuniform {of}\n{rows}\n(\n"


_BODIES = {
    "Allrun": (
        '#!/bin/sh\ncd "${0%/*}" || exit\n. ${WM_PROJECT_DIR:?}/bin/tools/RunFunctions\n'
        "runApplication $(getApplication)\n"
    ),
    "Allclean": '#!/bin/sh\ncd "${0%/*}" || exit\ncleanCase\n',
    "transportProperties": "transportModel  Newtonian;\nnu              1e-05;\n",
    "turbulenceProperties": "simulationType  RAS;\n",
    "RASProperties": "RAS\n{\n    RASModel        SpalartAllmaras;\n    turbulence      on;\n}\n",
    "controlDict": (
        "application     simpleFoam;\nstartFrom       latestTime;\nstartTime       0;\nstopAt          endTime;\n"
        "endTime         500;\ndeltaT          1;\nwriteControl    timeStep;\nwriteInterval   50;\n"
        "functions\n{\n    #includeFunc forceCoeffs\n    #includeFunc residuals\n}\n"
    ),
    "fvSchemes": "ddtSchemes\n{\n    default steadyState;\n}\ngradSchemes\n{\n    default Gauss linear;\n}\n",
    "fvSolution": (
        "solvers\n{\n    p\n    {\n        solver GAMG;\n        tolerance 1e-06;\n        relTol 0.1;\n"
        "        smoother        GaussSeidel;\n    }\n}\nSIMPLE\n{\n    nNonOrthogonalCorrectors 0;\n}\n"
    ),
    "time": 'value           0;\nname            "0";\nindex           0;\ndeltaT          1;\n',
    "log.checkMesh": "Mesh stats\n    points:  10652\n    cells:   5096\n\nChecking topology...\n    Mesh OK.\n\nEnd\n",
    "optimizer.json": '{"objective": "Cl/Cd", "direction": "maximise", "constraint": "Cl >= 0.4"}\n',
    "pump_001.out": "ERROR #004100018 has occurred in subroutine FINMES.\nFatal overflow in linear solver.\n",
}


def text(path: str, boundary_text: str) -> str:
    """A small text file. Case dictionaries carry the boundary as a comment, so that each case's differ."""
    name = path.rsplit("/", 1)[-1]
    body = _BODIES.get(name, f"// {name}\n")
    if name.startswith(("All", "log.", "optimizer")):
        return body
    return header(name, "system", "dictionary") + body + "\n/*\n" + boundary_text + "*/\n"


@lru_cache(maxsize=64)
def picture(salt: int, side: int = 96) -> bytes:
    """A small PNG: a smooth field in false colours."""
    rows = bytearray()
    for y in range(side):
        rows.append(0)
        for x in range(side):
            field = ((x - side / 2) ** 2 + (y - side / 2 + (salt % 17)) ** 2 * 2) ** 0.5 * 7
            rows += bytes((int(field * 3) % 256, int(field) % 256, 255 - int(field * 2) % 256))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 6)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
