"""What the calls of the example pipeline, the reports and the image builds write."""

from runtui.backends.carrot.simulation.call_text import CallText, python_log, traceback_lines

_BASE = "/usr/local/lib/python3.9/site-packages"


def point_table(text: CallText) -> None:
    """Computes a * b**x for 400 points."""
    context = text.context
    a, b = context.inputs.get("a", 0.5), context.inputs.get("b", 1.5)
    last = 0.94 if context.fails else 1.0
    text.warn(0.0, python_log(text, 0.0, "INFO", "make_data", "starting, arguments: "
              f"--a {a} --b {b} --points 400 --output data.txt"))  # fmt: skip
    text.warn(0.02, python_log(text, 0.02, "WARNING", "make_data", "no --seed given, noise is off"))
    text.say(0.03, f"# a = {a}", f"# b = {b}", "#      n             x              y    relative")
    previous = 1.0
    for number, (x, y) in enumerate(context.points):
        share = 0.04 + 0.88 * number / 400
        if share > last:
            break
        text.say(share, f"{number:8d}  {x:12.6f}  {y:13.8f}  {y / previous:10.7f}")
        previous = y or 1.0
        if number % 80 == 79:
            text.warn(share, python_log(text, share, "INFO", "make_data", f"{number + 1} of 400 points"))
    if context.fails:
        text.warn(0.95, *_point_table_failure(context.failure, a, b))
        return
    text.warn(0.95, python_log(text, 0.95, "INFO", "make_data", "writing data.txt"))
    text.say(0.97, "wrote 400 points to data.txt")
    text.warn(0.99, python_log(text, 0.99, "INFO", "make_data", f"done in {context.seconds:.1f} s"))


def _point_table_failure(failure: int, a: object, b: object) -> list[str]:
    frames = [
        ("/make_data.py", 88, "<module>", "main()"),
        ("/make_data.py", 71, "main", "table = build_table(args.a, args.b, args.points)"),
    ]
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        bad = a if not isinstance(a, int | float) else b
        return traceback_lines(
            [frames[0], ("/make_data.py", 63, "main", "a, b = float(args.a), float(args.b)")],
            f"ValueError: could not convert string to float: {bad!r}",
        )
    if failure == 0:
        return traceback_lines(
            [*frames, ("/make_data.py", 42, "build_table", "slope = (values[i] - values[i - step]) / width")],
            "ZeroDivisionError: float division by zero",
        )
    if failure == 1:
        return traceback_lines(
            [
                *frames,
                ("/make_data.py", 47, "build_table", "frame = pd.DataFrame(rows, columns=COLUMNS)"),
                (f"{_BASE}/pandas/core/frame.py", 746, "__init__", "arrays, columns, index = nested_data_to_arrays("),
                (f"{_BASE}/pandas/core/internals/construction.py", 510, "nested_data_to_arrays",
                 "arrays, columns = to_arrays(data, columns, dtype=dtype)"),
                (f"{_BASE}/pandas/core/internals/construction.py", 875, "to_arrays",
                 "content, columns = _finalize_columns_and_data(arr, columns, dtype)"),
            ],
            "ValueError: 4 columns passed, passed data had 3 columns",
        )  # fmt: skip
    return traceback_lines(
        [*frames, ("/make_data.py", 55, "build_table", "with open(args.output, 'w') as out:")],
        "OSError: [Errno 28] No space left on device: 'data.txt'",
    )


def compare(text: CallText) -> None:
    """Compares the points with 2**x."""
    context = text.context
    text.warn(0.0, python_log(text, 0.0, "INFO", "compare", "reading data.txt"))
    text.warn(0.05, f"{_BASE}/numpy/core/fromnumeric.py:3474: RuntimeWarning: Mean of empty slice.",
              "  return _methods._mean(a, axis=axis, dtype=dtype,")  # fmt: skip
    text.say(0.06, "       x            y          2^x   difference")
    end = 0.85 if context.fails else 0.92
    lines = [f"{x:8.4f} {y:12.6f} {2.0**x:12.6f} {y - 2.0**x:12.6f}" for x, y in context.points]
    text.spread(0.08, end, lines[: 300 if context.fails else None])
    if context.fails:
        text.warn(0.9, *_compare_failure(context.failure))
        return
    text.say(0.94, f"mean absolute difference: {context.numbers.get('mean_difference', 0.0):.6f}")
    text.warn(0.97, python_log(text, 0.97, "INFO", "compare", "wrote comparison.csv and summary.txt"))


def _compare_failure(failure: int) -> list[str]:
    frames = [("/compare.py", 61, "<module>", "sys.exit(main())"), ("/compare.py", 48, "main", "check(frame)")]
    if failure == 1:
        return traceback_lines(
            [
                *frames,
                ("/compare.py", 33, "check", "assert np.isfinite(frame['y']).all(), 'y holds no finite numbers'"),
            ],
            "AssertionError: y holds no finite numbers",
        )
    return traceback_lines(
        [
            *frames,
            ("/compare.py", 30, "check", "expected = frame['expected']"),
            (f"{_BASE}/pandas/core/frame.py", 3807, "__getitem__", "indexer = self.columns.get_loc(key)"),
            (f"{_BASE}/pandas/core/indexes/base.py", 3804, "get_loc", "raise KeyError(key) from err"),
        ],
        "KeyError: 'expected'",
    )


def generate_report_file(text: CallText) -> None:
    """Runs a notebook and turns it into a page."""
    context = text.context
    cells = 24
    text.warn(0.0, "Input Notebook:  empty_notebook.ipynb", "Output Notebook: populated_notebook.ipynb")
    for cell in range(cells + 1):
        share = 0.05 + 0.75 * cell / cells
        if context.fails and cell > 17:
            break
        done = "#" * (cell * 10 // cells)
        text.warn(share, f"Executing: {100 * cell // cells:3d}%|{done:<10}| {cell}/{cells} "
                  f"[00:{int(share * context.seconds):02d}<00:{int((1 - share) * context.seconds):02d}]")  # fmt: skip
        text.say(share, f"cell {cell:2d}: {'markdown' if cell % 3 == 0 else 'code'} "
                 f"{context.chance.randint(1, 900)} ms")  # fmt: skip
    if context.fails:
        text.warn(0.85, *_report_failure())
        return
    text.say(0.85, "[NbConvertApp] Converting notebook populated_notebook.ipynb to html")
    text.say(
        0.95, f"[NbConvertApp] Writing {context.chance.randint(580_000, 640_000)} bytes to populated_notebook.html"
    )


def _report_failure() -> list[str]:
    return [
        "papermill.exceptions.PapermillExecutionError: ",
        "---------------------------------------------------------------------------",
        'Exception encountered at "In [9]":',
        "---------------------------------------------------------------------------",
        "ValueError                                Traceback (most recent call last)",
        "<ipython-input-9-6d3f3f1f0f2a> in <module>",
        "      3 fig, axes = plt.subplots(1, 2, figsize=(12, 5))",
        "----> 4 axes[0].plot(roc['false_positives'], roc['sensitivity'])",
        "",
        "/usr/local/lib/python3.9/site-packages/matplotlib/axes/_base.py in _plot_args(self, tup, kwargs)",
        '--> 512             raise ValueError(f"x and y must have same first dimension, but "',
        "",
        "ValueError: x and y must have same first dimension, but have shapes (0,) and (1,)",
    ]


def docker_build(text: CallText) -> None:
    """Builds an image from a repository."""
    context = text.context
    steps = [
        "FROM python:3.9-slim", "ARG VERSION", "RUN apt-get update && apt-get install -y git build-essential",
        "WORKDIR /build", "COPY requirements.txt .", "RUN pip install --no-cache-dir -r requirements.txt",
        "COPY . .", "RUN python setup.py install", "RUN pytest -q", "ENTRYPOINT []",
    ]  # fmt: skip
    for number, step in enumerate(steps):
        share = 0.03 + 0.85 * number / len(steps)
        text.say(share, f"Step {number + 1}/{len(steps)} : {step}", " ---> Running in "
                 f"{context.chance.getrandbits(48):012x}")  # fmt: skip
        if step.startswith("RUN"):
            text.spread(share + 0.005, share + 0.07, _package_lines(text, 26))
        if context.fails and number == 7:
            text.warn(0.93, "error: command 'gcc' failed with exit status 1",
                      "The command '/bin/sh -c python setup.py install' returned a non-zero code: 1",
                      "ERROR: build step 0 failed: step exited with non-zero status: 1",
                      )  # fmt: skip
            return
        text.say(share + 0.08, f" ---> {context.chance.getrandbits(48):012x}")
    text.say(0.95, f"Successfully built {context.chance.getrandbits(48):012x}")
    text.say(0.97, "The push refers to repository [us.gcr.io/carrot-images]")


def _package_lines(text: CallText, count: int) -> list[str]:
    names = ("libgcc-12-dev", "g++", "numpy", "pandas", "libstdc++6", "openjdk-17-jre", "cython", "scipy", "htslib")
    chance = text.context.chance
    return [
        f"Get:{number + 1} {names[chance.randrange(len(names))]} {chance.randint(1, 12)}.{chance.randint(0, 30)}"
        f" [{chance.randint(12, 9800)} kB]"
        for number in range(count)
    ]
