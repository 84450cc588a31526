"""How simulated models fail: the last lines of both streams."""

import random

_FRAMES: dict[str, tuple[tuple[str, int, str, str], ...]] = {
    "rotation": (
        ("/app/rotation/__main__.py", 41, "<module>", "sys.exit(main(sys.argv[1:]))"),
        ("/app/rotation/__main__.py", 33, "main", "rotate(args.image, args.angle, args.output)"),
        ("/app/rotation/tiles.py", 118, "rotate", "mosaic.paste(resample(tile, angle), tile.origin)"),
    ),
    "ai-sen2cor-processor": (
        ("/app/sen2cor_ai/__main__.py", 27, "<module>", "run(parse_arguments())"),
        ("/app/sen2cor_ai/pipeline.py", 203, "run", "l2a = self.infer(patches)"),
        ("/app/sen2cor_ai/pipeline.py", 161, "infer", "out[window] = self.model(batch).numpy()"),
    ),
    "mesh": (
        ("/app/coast/mesh.py", 88, "<module>", "main()"),
        ("/app/coast/mesh.py", 71, "main", "gmsh.model.mesh.generate(2)"),
    ),
    "solver": (
        ("/app/coast/solve.py", 64, "<module>", "main()"),
        ("/app/coast/solve.py", 52, "main", "for state in integrate(mesh, forcing, options):"),
        ("/app/coast/integrate.py", 207, "integrate", "check(state, step)"),
    ),
    "extent": (
        ("/app/coast/extent.py", 93, "<module>", "main()"),
        ("/app/coast/extent.py", 80, "main", "write_raster(depth, profile)"),
    ),
}

_ERRORS: dict[str, tuple[tuple[str, int, str, str] | None, str]] = {
    "truncated": (
        ("/usr/local/lib/python3.11/site-packages/PIL/ImageFile.py", 292, "load", "raise OSError(msg)"),
        "OSError: image file is truncated ({count} bytes not processed)",
    ),
    "memory": (
        (
            "/usr/local/lib/python3.11/site-packages/numpy/core/numeric.py",
            329,
            "full",
            "a = empty(shape, dtype, order)",
        ),
        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate {count} MiB for an array with shape "
        "(10980, 10980, 3) and data type float64",
    ),
    "forbidden": (
        (
            "/usr/local/lib/python3.11/site-packages/botocore/client.py",
            1023,
            "_make_api_call",
            "raise error_class(parsed_response, operation_name)",
        ),
        "botocore.exceptions.ClientError: An error occurred (403) when calling the HeadObject operation: Forbidden",
    ),
    "nan": (None, "ValueError: {count} of 133956 reflectances are NaN after normalisation"),
    "diverged": (
        ("/app/coast/integrate.py", 231, "check", "raise FloatingPointError(f'h is not finite in {{n}} cells')"),
        "FloatingPointError: h is not finite in {count} cells",
    ),
}


def failure_lines(model: str, manner: str, code: int, chance: random.Random) -> tuple[list[str], list[str]]:
    """The last lines of stdout and of stderr for a manner of failing; a restart of the service leaves none."""
    if code != 221:
        return [], []
    if manner == "killed":
        return [f"delta.run: model {model} was killed (exit code 137)"], ["Killed"]
    if manner == "glob":
        return (
            [f"delta.run: model {model} finished, exit code 0"],
            ["delta.run: output rotatedImage: glob 'rotated*.jpg' matches 2 files, exactly 1 expected"],
        )
    frame, sentence = _ERRORS.get(manner, _ERRORS["diverged"])
    frames = (*_FRAMES[model], *((frame,) if frame else ()))
    lines = ["Traceback (most recent call last):"]
    for file, line, function, source in frames:
        lines += [f'  File "{file}", line {line}, in {function}', f"    {source.replace('{{', '{').replace('}}', '}')}"]
    lines.append(sentence.format(count=chance.randint(12, 4096)))
    before = _SIGNS.get(manner, [])
    return [*before, f"delta.run: model {model} failed, exit code 1"], lines


_SIGNS: dict[str, list[str]] = {
    "diverged": [
        "res(h) grew by 10 in 3 steps, dt halved",
        "res(h) grew by 10 in 3 steps, dt halved",
        "res(h)         nan res(hu)         nan res(hv)         nan",
    ],
    "memory": ["resident memory 7911 MiB of 8192 MiB"],
}
