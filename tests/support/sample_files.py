"""Listings of files made up for tests: a solver's case with many time folders, or one folder of many files."""

from runtui.model.output_file import OutputFile


def output_file(path: str, size: int | None = 100, **more: object) -> OutputFile:
    """A file whose id is its path."""
    return OutputFile(**{"id": path, "path": path, "size": size} | more)  # type: ignore[arg-type]


def case_files(count: int) -> list[OutputFile]:
    """So many files, five to a time folder of a case of eight processors."""
    fields = ("U", "p", "k", "omega", "nut")
    return [
        output_file(f"case/processor{index // 5 % 8}/{index // 40 * 100}/{fields[index % 5]}", index)
        for index in range(count)
    ]


def flat_files(count: int) -> list[OutputFile]:
    """So many files in one folder."""
    return [output_file(f"frames/frame_{index}.png", index) for index in range(count)]
