"""Globs for output files."""

import pytest

from runtui.model.output_file import OutputFile
from runtui.services.file_choice import FileGlob, chosen_files

PATHS = (
    "airFoil2D/0/U",
    "airFoil2D/100/U",
    "airFoil2D/100/p",
    "forces.dat",
    "post/forces.dat",
    "a[1].txt",
    "/abs/x.log",
)


def test_without_globs_every_file_is_meant() -> None:
    files = [OutputFile(id=path, path=path) for path in PATHS]
    assert chosen_files(files, ()) == files


@pytest.mark.parametrize(
    ("glob", "paths"),
    [
        ("*.dat", ["forces.dat", "post/forces.dat"]),
        ("U", ["airFoil2D/0/U", "airFoil2D/100/U"]),
        ("**/U", ["airFoil2D/0/U", "airFoil2D/100/U"]),
        ("airFoil2D/100/*", ["airFoil2D/100/U", "airFoil2D/100/p"]),
        ("airFoil2D/*/p", ["airFoil2D/100/p"]),
        ("airFoil2D/*", []),
        ("airFoil2D/", ["airFoil2D/0/U", "airFoil2D/100/U", "airFoil2D/100/p"]),
        ("airFoil2D/**", ["airFoil2D/0/U", "airFoil2D/100/U", "airFoil2D/100/p"]),
        ("**/forces.dat", ["forces.dat", "post/forces.dat"]),
        ("./forces.dat", ["forces.dat"]),
        ("f?rces.dat", ["forces.dat", "post/forces.dat"]),
        ("airFoil2D/[0-9]/U", ["airFoil2D/0/U"]),
        ("airFoil2D/[!0]*/U", ["airFoil2D/100/U"]),
        ("a[1].txt", ["a[1].txt"]),
        ("*.log", ["/abs/x.log"]),
        ("abs/*", ["/abs/x.log"]),
        ("*.DAT", []),
        ("(", []),
        ("[", []),
    ],
)
def test_a_glob_means_files(glob: str, paths: list[str]) -> None:
    files = [OutputFile(id=f"id{number}", path=path) for number, path in enumerate(PATHS)]
    assert [file.path for file in chosen_files(files, [glob])] == paths


def test_an_id_means_its_file() -> None:
    assert FileGlob("id7").takes(OutputFile(id="id7", path="x"))


def test_a_file_that_several_globs_mean_comes_once() -> None:
    files = [OutputFile(id="1", path="a.dat")]
    assert chosen_files(files, ["*.dat", "a*"]) == files
