"""The calls of each workflow: which tasks, shards and attempts, from when to when, and how each ends."""

from typing import Any, Final

import msgspec

from runtui.simulation.script import Outcome


class CallPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of one task. `begins` and `ends` are shares of the workflow's planned seconds.

    `task` is the name without the workflow's; `shard` is -1 for a call that is not scattered. `outputs` are values,
    or the names of files below the call's execution folder, prefixed with `file:`.
    """

    task: str
    begins: float
    ends: float
    shard: int = -1
    attempt: int = 1
    outcome: Outcome = Outcome.SUCCESS
    retried: bool = False
    """It fails and a further attempt follows."""
    return_code: int = 0
    message: str = ""
    outputs: dict[str, Any] = {}
    sub: "WorkflowShape | None" = None


class WorkflowShape(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow's name and its calls, in the order in which they begin."""

    name: str
    calls: tuple[CallPlan, ...]
    outputs: dict[str, tuple[str, str]] = {}
    """Workflow output to the task and task output it is taken from."""
    numbers: dict[str, Any] = {}
    """Workflow outputs that are plain values."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a shape depends on. `failure` is which of the ways to fail it takes, None for none."""

    failure: int | None = None
    scatter: int = 6
    numbers: dict[str, Any] = {}
    retries: tuple[int, ...] = ()
    """Shards whose first attempt is preempted."""


_SHARES: Final[dict[tuple[str, str], tuple[float, ...]]] = {
    ("example", "test"): (0.7, 0.35, 0.9),
    ("example", "eval"): (0.8, 0.8, 0.4),
    ("germline", "test"): (0.55, 0.66, 0.8),
    ("germline", "eval"): (0.7, 0.95, 0.3),
}


def failure_share(shape: str, phase: str, failure: int) -> float:
    """Which share of its seconds a failing workflow takes; its calls' times are shares of what it would have taken."""
    return _SHARES[shape, phase][failure]


def shape_of(shape: str, phase: str, request: Request) -> WorkflowShape:
    """The test or the eval workflow of a pipeline, with times as shares of its own seconds."""
    make = {
        ("example", "test"): _example_test,
        ("example", "eval"): _example_eval,
        ("germline", "test"): _germline_test,
        ("germline", "eval"): _germline_eval,
    }[shape, phase]
    made = make(request)
    if request.failure is None:
        return made
    share = failure_share(shape, phase, request.failure)
    return msgspec.structs.replace(made, calls=_scaled(made.calls, share), outputs={}, numbers={})


def _scaled(calls: tuple[CallPlan, ...], share: float) -> tuple[CallPlan, ...]:
    """The calls that begin before the workflow ends, with their times as shares of what is left of it."""
    failed_at = min((call.ends for call in calls if call.outcome is Outcome.FAILURE and not call.retried), default=1.0)
    begun = [call for call in calls if call.begins < failed_at and call.begins < share]
    return tuple(
        msgspec.structs.replace(call, begins=call.begins / share, ends=min(1.0, call.ends / share)) for call in begun
    )


def _failing(call: CallPlan, ends: float, code: int, message: str) -> CallPlan:
    return msgspec.structs.replace(
        call, ends=ends, outcome=Outcome.FAILURE, return_code=code, message=message, outputs={}
    )


def _rc_message(call: CallPlan, code: int) -> str:
    shard = f"{call.shard}" if call.shard >= 0 else "NA"
    return (
        f"Job {{workflow}}.{call.task}:{shard}:{call.attempt} exited with return code {code} which has not been"
        " declared as a valid return code. See 'continueOnReturnCode' runtime attribute for more details."
    )


def _example_test(request: Request) -> WorkflowShape:
    call = CallPlan(task="make_data_file", begins=0.04, ends=0.97, outputs={"data_file": "file:data.txt"})
    if request.failure is not None:
        call = _failing(call, _SHARES["example", "test"][request.failure] - 0.02, 1, _rc_message(call, 1))
    return WorkflowShape(name="test_workflow", calls=(call,), outputs={"data_file": ("make_data_file", "data_file")})


def _example_eval(request: Request) -> WorkflowShape:
    call = CallPlan(
        task="compare",
        begins=0.05,
        ends=0.95,
        outputs={"comparison_result": "file:comparison.csv", **request.numbers},
    )
    if request.failure is not None:
        call = _failing(call, _SHARES["example", "eval"][request.failure] - 0.02, 1, _rc_message(call, 1))
    return WorkflowShape(
        name="eval_workflow",
        calls=(call,),
        outputs={"comparison_result": ("compare", "comparison_result")},
        numbers=request.numbers,
    )


def _germline_test(request: Request) -> WorkflowShape:
    split = CallPlan(
        task="SplitIntervals",
        begins=0.01,
        ends=0.06,
        outputs={"interval_files": "file:scattered.interval_list", "gatk_version": request.numbers["caller_version"]},
    )
    shards = _shards(request)
    merge = CallPlan(task="MergeGVCFs", begins=0.56, ends=0.66, outputs={"output_gvcf": "file:merged.g.vcf.gz"})
    if request.failure == 1:
        merge = _failing(merge, 0.65, 247, _rc_message(merge, 247))
    joint = CallPlan(
        task="JointGenotyping",
        begins=0.67,
        ends=0.98,
        outputs={"output_vcf": "file:filtered.vcf.gz", "variant_count": request.numbers["variant_count"]},
        sub=_joint(request),
    )
    if request.failure == 2:
        joint = _failing(joint, 0.79, 0, "Workflow failed in sub-workflow JointGenotyping")
    return WorkflowShape(
        name="HaplotypeCallerBenchmark",
        calls=(split, *shards, merge, joint),
        outputs={"output_vcf": ("JointGenotyping", "output_vcf")},
        numbers=request.numbers,
    )


def _shards(request: Request) -> list[CallPlan]:
    shards: list[CallPlan] = []
    for shard in range(max(1, request.scatter)):
        lag = 0.012 * (shard % 4)
        ends = 0.36 + 0.18 * ((shard * 7 + 3) % max(2, request.scatter)) / max(2, request.scatter)
        call = CallPlan(
            task="HaplotypeCaller",
            shard=shard,
            begins=0.065 + lag,
            ends=ends,
            outputs={"gvcf": f"file:shard-{shard}.g.vcf.gz"},
        )
        if request.failure == 0 and shard == 1:
            shards.append(_failing(call, 0.27, 2, _rc_message(call, 2)))
        elif shard in request.retries:
            middle = 0.2 + 0.01 * shard
            shards.append(
                msgspec.structs.replace(
                    call,
                    ends=middle,
                    outcome=Outcome.FAILURE,
                    retried=True,
                    return_code=137,
                    outputs={},
                    message="The job was stopped before the command finished. PAPI error code 10."
                    " The assigned worker has failed to complete the operation.",
                )
            )
            shards.append(msgspec.structs.replace(call, begins=middle + 0.01, attempt=2))
        else:
            shards.append(call)
    return shards


def _joint(request: Request) -> WorkflowShape:
    """The sub-workflow; its times are shares of the call that starts it."""
    fails = request.failure == 2
    genotype = [
        CallPlan(
            task="GenotypeGVCFs",
            shard=shard,
            begins=0.02,
            ends=0.5 if not (fails and shard == 1) else 0.4,
            outputs={"vcf": f"file:genotyped-{shard}.vcf.gz"},
        )
        for shard in range(2)
    ]
    if fails:
        bad = genotype[1]
        genotype[1] = _failing(bad, 0.9, 3, _rc_message(bad, 3))
        genotype[0] = msgspec.structs.replace(genotype[0], ends=0.96)
        return WorkflowShape(name="JointGenotyping", calls=tuple(genotype))
    filtering = CallPlan(
        task="HardFilter",
        begins=0.54,
        ends=0.97,
        outputs={"output_vcf": "file:filtered.vcf.gz", "variant_count": request.numbers["variant_count"]},
    )
    return WorkflowShape(
        name="JointGenotyping",
        calls=(*genotype, filtering),
        outputs={"output_vcf": ("HardFilter", "output_vcf")},
        numbers={"variant_count": request.numbers["variant_count"]},
    )


def _germline_eval(request: Request) -> WorkflowShape:
    normalise = CallPlan(
        task="NormaliseCalls", begins=0.03, ends=0.28, outputs={"normalised": "file:normalised.vcf.gz"}
    )
    vcfeval = CallPlan(task="Vcfeval", begins=0.31, ends=0.72, outputs={"roc_files": "file:weighted_roc.tsv.gz"})
    summarise = CallPlan(
        task="SummariseMetrics",
        begins=0.75,
        ends=0.97,
        outputs={"summary": "file:benchmark_summary.tsv", **request.numbers},
    )
    if request.failure == 0:
        vcfeval = _failing(vcfeval, 0.68, 1, _rc_message(vcfeval, 1))
    elif request.failure == 1:
        summarise = _failing(summarise, 0.93, 1, _rc_message(summarise, 1))
    elif request.failure == 2:
        normalise = _failing(normalise, 0.28, 255, _rc_message(normalise, 255))
    return WorkflowShape(
        name="BenchmarkVCFs",
        calls=(normalise, vcfeval, summarise),
        outputs={"summary": ("SummariseMetrics", "summary")},
        numbers=request.numbers,
    )


REPORT_OUTPUTS: Final = {
    "populated_notebook": "populated_notebook.ipynb",
    "html_report": "populated_notebook.html",
    "empty_notebook": "empty_notebook.ipynb",
    "run_csv_zip": "run_data.zip",
}


def report_shape(fails: bool) -> WorkflowShape:
    """The workflow that fills a report's notebook."""
    call = CallPlan(
        task="generate_report_file",
        begins=0.05,
        ends=0.96,
        outputs={name: f"file:{file}" for name, file in REPORT_OUTPUTS.items()},
    )
    if fails:
        call = _failing(call, 0.9, 1, _rc_message(call, 1))
    return WorkflowShape(
        name="generate_report_file_workflow",
        calls=(call,),
        outputs={} if fails else {name: ("generate_report_file", name) for name in REPORT_OUTPUTS},
    )


def build_shape(fails: bool, image: str) -> WorkflowShape:
    """The workflow that builds an image."""
    call = CallPlan(task="docker_build", begins=0.04, ends=0.97, outputs={"image_url": image})
    if fails:
        call = _failing(call, 0.9, 1, _rc_message(call, 1))
    return WorkflowShape(name="docker_build_workflow", calls=(call,), numbers={} if fails else {"image_url": image})
