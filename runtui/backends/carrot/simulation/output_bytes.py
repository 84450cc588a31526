"""The bytes of the files calls leave behind; the same each time for the same world."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable

import msgspec

from runtui.backends.carrot.simulation.csv_zip import csv_zip
from runtui.backends.carrot.simulation.numbers import curve
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Call

RunObject = Callable[[str], dict[str, object] | None]


class OutputBytes:
    """Makes output files by their names. `run_object` gives the JSON of a run, for the tables of reports."""

    def __init__(self, scenario: Scenario, run_object: RunObject) -> None:
        self._scenario = scenario
        self._run_object = run_object

    def of(self, call: Call, name: str) -> bytes:
        """The content of a file of a call."""
        match name:
            case "data.txt":
                return self._points(call)
            case "comparison.csv":
                return self._comparison(call)
            case "benchmark_summary.tsv":
                return self._summary(call)
            case "weighted_roc.tsv.gz":
                return _packed(self._roc(call))
            case "populated_notebook.html":
                return self._page(call)
            case "populated_notebook.ipynb" | "empty_notebook.ipynb":
                return self._notebook(call, filled=name.startswith("populated"))
            case "run_data.zip":
                return self._tables(call)
            case _ if name.endswith(".vcf.gz"):
                return _packed(self._variants(call))
            case _:
                return self._intervals(call)

    def _chance(self, call: Call, purpose: str) -> random.Random:
        return random.Random(f"{self._scenario.world.seed}/{call.folder}/{purpose}")

    def _points(self, call: Call) -> bytes:
        return "".join(f"{x:.6f}\t{y:.8f}\n" for x, y in curve(call.workflow.owner)).encode()

    def _comparison(self, call: Call) -> bytes:
        rows = [f"{x:.6f},{y:.8f},{2.0**x:.8f},{y - 2.0**x:.8f}" for x, y in curve(call.workflow.owner)]
        return ("x,y,expected,difference\n" + "\n".join(rows) + "\n").encode()

    def _summary(self, call: Call) -> bytes:
        numbers = self._scenario.numbers(call.workflow.owner, "eval")
        rows = [
            f"SNP\t{numbers.get('snp_precision')}\t{numbers.get('snp_recall')}\t{numbers.get('snp_f1')}",
            f"INDEL\t\t\t{numbers.get('indel_f1')}",
        ]
        return ("type\tprecision\trecall\tf1\n" + "\n".join(rows) + "\n").encode()

    def _roc(self, call: Call) -> str:
        chance = self._chance(call, "roc")
        rows = [f"{99 - number * 0.2:.2f}\t{number * 139}\t{chance.randint(0, 60)}" for number in range(480)]
        return "#score\ttrue_positives\tfalse_positives\n" + "\n".join(rows) + "\n"

    def _variants(self, call: Call) -> str:
        chance = self._chance(call, "variants")
        head = ["##fileformat=VCFv4.2", "##source=HaplotypeCaller", "##contig=<ID=chr20,length=64444167>",
                "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tsample"]  # fmt: skip
        position, rows = 60_000, []
        for _ in range(1200):
            position += chance.randint(40, 2200)
            ref, alt = chance.sample("ACGT", 2)
            genotype = chance.choice(("0/1", "1/1"))
            rows.append(
                f"chr20\t{position}\t.\t{ref}\t{alt}\t{chance.uniform(30, 900):.2f}\tPASS\tDP={chance.randint(9, 60)}"
                f"\tGT:GQ\t{genotype}:{chance.randint(20, 99)}"
            )
        return "\n".join(head + rows) + "\n"

    def _intervals(self, call: Call) -> bytes:
        step = 64_444_167 // max(1, call.workflow.owner.scatter)
        rows = [
            f"chr20\t{1 + step * number}\t{step * (number + 1)}\t+\t." for number in range(call.workflow.owner.scatter)
        ]
        return ("@HD\tVN:1.6\n" + "\n".join(rows) + "\n").encode()

    def _page(self, call: Call) -> bytes:
        plan = call.workflow.owner
        bars = "".join(
            f'<rect x="{20 + 22 * number}" y="{120 - 6 * (number * 7 % 17)}" width="16"'
            f' height="{6 * (number * 7 % 17)}" fill="#4c78a8"/>'
            for number in range(18)
        )
        rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in plan.test_input.items())
        return (
            f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>{plan.test.name}</title></head>\n"
            f"<body><h1>Report of {plan.test.name}</h1>\n<table>{rows}</table>\n"
            f'<svg width="440" height="130">{bars}</svg>\n</body></html>\n'
        ).encode()

    def _notebook(self, call: Call, *, filled: bool) -> bytes:
        plan = call.workflow.owner
        cells: list[dict[str, object]] = [
            {
                "cell_type": "code",
                "execution_count": number + 1 if filled else None,
                "metadata": {},
                "outputs": [{"name": "stdout", "output_type": "stream", "text": [f"{number}\n"]}] if filled else [],
                "source": [f"show(run_data[{number}])\n"],
            }
            for number in range(9)
        ]
        title = {"cell_type": "markdown", "metadata": {}, "source": [f"# {plan.test.name}\n"]}
        return msgspec.json.format(
            msgspec.json.encode({"cells": [title, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
        )

    def _tables(self, call: Call) -> bytes:
        run = self._run_object(call.workflow.owner.run_id)
        if run is not None:
            return csv_zip([run])
        packed = io.BytesIO()
        zipfile.ZipFile(packed, "w").close()
        return packed.getvalue()


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), 6, mtime=0)
