"""What is registered on the simulated server: pipelines, templates, tests, results, reports, software."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from runtui.backends.carrot.simulation import wdl
from runtui.backends.carrot.simulation.identity import fixed_id

_REPOSITORY = "https://raw.githubusercontent.com/broadinstitute/carrot-example-test/1.0.0/carrot-test-config"
_BUCKET = "gs://broad-benchmark-public"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A named output type. `phase` is `test` or `eval`, `key` the workflow output it is taken from."""

    name: str
    result_type: str
    phase: str
    key: str
    description: str = ""

    @property
    def id(self) -> str:
        """Its UUID."""
        return fixed_id("result", self.name)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook that makes a page of a run. `trigger` is when a template's runs get one by themselves."""

    number: int
    name: str
    description: str
    trigger: str = "single"

    @property
    def id(self) -> str:
        """Its UUID."""
        return fixed_id("report", self.name)


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A test with its default inputs."""

    name: str
    description: str
    test_input_defaults: dict[str, Any]
    eval_input_defaults: dict[str, Any]
    test_option_defaults: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        """Its UUID."""
        return fixed_id("test", self.name)


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of workflows, with the tests that use them and the results they give."""

    name: str
    description: str
    test_wdl: str
    eval_wdl: str
    test_text: str
    eval_text: str
    tests: tuple[Test, ...]
    results: tuple[Result, ...] = ()
    reports: tuple[Report, ...] = ()
    test_wdl_dependencies: str | None = None

    @property
    def id(self) -> str:
        """Its UUID."""
        return fixed_id("template", self.name)


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """What templates are grouped under. `shape` names the workflows its runs have; empty for one without runs."""

    name: str
    description: str
    template: Template
    shape: str = ""

    @property
    def id(self) -> str:
        """Its UUID."""
        return fixed_id("pipeline", self.name)


class Software(msgspec.Struct, frozen=True, kw_only=True):
    """A repository images are built from. `tags` are its versions, oldest first."""

    name: str
    description: str
    repository_url: str
    machine_type: str
    tags: tuple[str, ...]

    @property
    def id(self) -> str:
        """Its UUID."""
        return fixed_id("software", self.name)

    def commit(self, version: str) -> str:
        """The commit of a tag, or the version itself when it is a commit already: 40 hex digits."""
        if version not in self.tags:
            return version
        return (fixed_id("commit", self.name, version) + fixed_id("more", self.name, version)).replace("-", "")[:40]

    def version_of(self, text: str) -> str | None:
        """The tag a tag or commit means, or None for one that is not registered."""
        return next((tag for tag in self.tags if text in (tag, self.commit(tag))), None)


EXAMPLE_REPORT = Report(number=0, name="Example Report", description="Report for demonstrating CARROT")
BENCHMARK_REPORT = Report(
    number=1, name="Variant Benchmark Report", description="Precision, recall and ROC curves against the truth set"
)
COMPARISON_REPORT = Report(
    number=2, name="PR Comparison Report", description="Side by side metrics of base and head", trigger="pr"
)

_EXAMPLE = Template(
    name="Example Template",
    description="Template for demonstrating CARROT",
    test_wdl=f"{_REPOSITORY}/test.wdl",
    eval_wdl=f"{_REPOSITORY}/eval.wdl",
    test_text=wdl.EXAMPLE_TEST,
    eval_text=wdl.EXAMPLE_EVAL,
    tests=(
        Test(
            name="Example Test",
            description="Test for demonstrating CARROT",
            test_input_defaults={"test_workflow.a": 0.5, "test_workflow.b": 1.5},
            eval_input_defaults={"eval_workflow.data_file": "test_output:test_workflow.data_file"},
        ),
        Test(
            name="Example Test, steep curve",
            description="The same with a base of 2, as in the article",
            test_input_defaults={"test_workflow.a": 1.0, "test_workflow.b": 2.0},
            eval_input_defaults={"eval_workflow.data_file": "test_output:test_workflow.data_file"},
        ),
    ),
    results=(
        Result(
            name="example data file",
            result_type="file",
            phase="test",
            key="test_workflow.data_file",
            description="A file containing example data to graph",
        ),
        Result(
            name="example comparison file",
            result_type="file",
            phase="eval",
            key="eval_workflow.comparison_result",
            description="A file containing data from comparing example data file to 2^x",
        ),
        Result(
            name="mean absolute difference",
            result_type="numeric",
            phase="eval",
            key="eval_workflow.mean_difference",
            description="Mean distance from 2^x over all points",
        ),
    ),
    reports=(EXAMPLE_REPORT,),
)


def _benchmark(name: str, sample: str, bam: str, truth: str, description: str) -> Test:
    caller, bench = "HaplotypeCallerBenchmark", "BenchmarkVCFs"
    return Test(
        name=name,
        description=description,
        test_input_defaults={
            f"{caller}.input_bam": f"{_BUCKET}/bams/{bam}",
            f"{caller}.ref_fasta": f"{_BUCKET}/references/Homo_sapiens_assembly38.fasta",
            f"{caller}.calling_intervals": f"{_BUCKET}/intervals/chr20.interval_list",
            f"{caller}.sample_name": sample,
            f"{caller}.scatter_count": 6,
            f"{caller}.min_base_quality": 10,
        },
        eval_input_defaults={
            f"{bench}.call_vcf": f"test_output:{caller}.output_vcf",
            f"{bench}.truth_vcf": f"{_BUCKET}/truth/{truth}.vcf.gz",
            f"{bench}.high_confidence_bed": f"{_BUCKET}/truth/{truth}.bed",
            f"{bench}.sample_name": sample,
        },
        test_option_defaults={"read_from_cache": False, "default_runtime_attributes": {"zones": "us-central1-a"}},
    )


_GERMLINE = Template(
    name="HaplotypeCaller benchmark",
    description="Calls variants and compares them with a truth set",
    test_wdl=f"{_BUCKET}/wdl/HaplotypeCallerBenchmark.wdl",
    eval_wdl=f"{_BUCKET}/wdl/BenchmarkVCFs.wdl",
    test_wdl_dependencies=f"{_BUCKET}/wdl/dependencies.zip",
    test_text=wdl.GERMLINE_TEST,
    eval_text=wdl.GERMLINE_EVAL,
    tests=(
        _benchmark("NA12878 chr20 WGS", "NA12878", "NA12878.chr20.bam", "HG001_GRCh38_v4.2.1", "30x genome, PCR free"),
        _benchmark("NA24385 exome", "NA24385", "NA24385.exome.bam", "HG002_GRCh38_v4.2.1", "Agilent V6 exome"),
        _benchmark("HG002 10x downsampled", "HG002", "HG002.10x.bam", "HG002_GRCh38_v4.2.1", "Low coverage"),
    ),
    results=(
        Result(name="called VCF", result_type="file", phase="test", key="HaplotypeCallerBenchmark.output_vcf"),
        Result(name="variant count", result_type="numeric", phase="test", key="HaplotypeCallerBenchmark.variant_count"),
        Result(name="caller version", result_type="text", phase="test", key="HaplotypeCallerBenchmark.caller_version"),
        Result(name="benchmark summary", result_type="file", phase="eval", key="BenchmarkVCFs.summary"),
        Result(name="SNP F1", result_type="numeric", phase="eval", key="BenchmarkVCFs.snp_f1"),
        Result(name="SNP precision", result_type="numeric", phase="eval", key="BenchmarkVCFs.snp_precision"),
        Result(name="SNP recall", result_type="numeric", phase="eval", key="BenchmarkVCFs.snp_recall"),
        Result(name="INDEL F1", result_type="numeric", phase="eval", key="BenchmarkVCFs.indel_f1"),
    ),
    reports=(BENCHMARK_REPORT, COMPARISON_REPORT),
)

_DRAFT = Template(
    name="Structural variants draft",
    description="Not run yet",
    test_wdl=f"{_BUCKET}/wdl/StructuralVariants.wdl",
    eval_wdl=f"{_BUCKET}/wdl/StructuralVariantsEval.wdl",
    test_text=wdl.DRAFT_TEST,
    eval_text=wdl.DRAFT_TEST.replace("StructuralVariants", "StructuralVariantsEval"),
    tests=(
        Test(
            name="HG002 SV truth set",
            description="Tier 1 deletions and insertions",
            test_input_defaults={"StructuralVariants.input_bam": f"{_BUCKET}/bams/HG002.bam"},
            eval_input_defaults={},
        ),
    ),
)

PIPELINES: Final = (
    Pipeline(
        name="Example Pipeline",
        description="Pipeline for demonstrating CARROT",
        template=_EXAMPLE,
        shape="example",
    ),
    Pipeline(
        name="Germline Variant Calling",
        description="Short variants: HaplotypeCaller against the Genome in a Bottle truth sets",
        template=_GERMLINE,
        shape="germline",
    ),
    Pipeline(name="Structural Variants", description="In preparation", template=_DRAFT),
)

SOFTWARE: Final = (
    Software(
        name="example-test",
        description="An example CARROT test software",
        repository_url="https://github.com/broadinstitute/carrot-example-test",
        machine_type="standard",
        tags=("1.0.0", "1.0.1", "1.1.0"),
    ),
    Software(
        name="gatk",
        description="Genome Analysis Toolkit",
        repository_url="https://github.com/broadinstitute/gatk",
        machine_type="n1-highcpu-32",
        tags=("4.2.6.1", "4.3.0.0", "4.4.0.0"),
    ),
)

REPORTS: Final = (EXAMPLE_REPORT, BENCHMARK_REPORT, COMPARISON_REPORT)

AUTHORS: Final = ("alice@lab.org", "bruno@lab.org", "chiara@lab.org", "dmitri@partner.example.org")


def all_tests() -> list[tuple[int, Test]]:
    """Every test with the number of its pipeline."""
    return [(number, test) for number, pipeline in enumerate(PIPELINES) for test in pipeline.template.tests]


def software_named(name: str) -> Software | None:
    """The software of that name."""
    return next((software for software in SOFTWARE if software.name == name), None)


def registered_at(start: datetime, number: int) -> datetime:
    """When the number-th thing was registered: some months before the world's start, oldest first."""
    return start - timedelta(days=210 - 3 * number, hours=number, microseconds=597_503 * (number % 3))
