"""The texts of any call, by its task."""

import random
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from runtui.backends.carrot.simulation import example_texts, germline_texts
from runtui.backends.carrot.simulation.call_text import CallContext, CallText
from runtui.backends.carrot.simulation.cromwell_metadata import inputs_of
from runtui.backends.carrot.simulation.numbers import curve
from runtui.backends.carrot.simulation.plans import has_usable_numbers
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Call
from runtui.simulation.growing_text import GrowingText
from runtui.simulation.script import Outcome

_WRITERS: Final[Mapping[str, Callable[[CallText], None]]] = {
    "make_data_file": example_texts.point_table,
    "compare": example_texts.compare,
    "generate_report_file": example_texts.generate_report_file,
    "docker_build": example_texts.docker_build,
    "SplitIntervals": germline_texts.split_intervals,
    "HaplotypeCaller": germline_texts.haplotype_caller,
    "MergeGVCFs": germline_texts.merge_gvcfs,
    "GenotypeGVCFs": germline_texts.genotype_gvcfs,
    "HardFilter": germline_texts.hard_filter,
    "NormaliseCalls": germline_texts.normalise_calls,
    "Vcfeval": germline_texts.vcfeval,
    "SummariseMetrics": germline_texts.summarise_metrics,
}
_NOT_UTF8 = b"sample label: \xe9chantillon \xff\xfe\x80 (latin-1)"


class Streams(msgspec.Struct, frozen=True):
    """What a call writes to its streams, by the second after its start. `log` is both in one."""

    stdout: GrowingText
    stderr: GrowingText
    log: GrowingText


def streams_of(call: Call, scenario: Scenario) -> Streams:
    """The streams of a call; the same each time for the same world."""
    text = CallText(_context(call, scenario))
    _WRITERS[call.plan.task](text)
    text.in_order()
    if scenario.switches.binary_log_bytes:
        text.stdout.insert(0, (0.0, _NOT_UTF8))
        text.stderr.insert(0, (0.0, _NOT_UTF8))
    return Streams(
        GrowingText(text.stdout),
        GrowingText(text.stderr),
        GrowingText(sorted(text.stdout + text.stderr, key=lambda line: line[0])),
    )


def _context(call: Call, scenario: Scenario) -> CallContext:
    plan = call.workflow.owner
    phase = call.workflow.phase
    example = plan.shape != "germline"
    numeric = has_usable_numbers(plan.test_input)
    return CallContext(
        task=call.plan.task,
        shard=call.plan.shard,
        attempt=call.plan.attempt,
        seconds=call.seconds,
        begins_at=call.begins_at,
        fails=call.plan.outcome is Outcome.FAILURE and not call.plan.retried,
        retried=call.plan.retried,
        failure=plan.failure,
        inputs=inputs_of(plan, phase),
        numbers=scenario.numbers(plan, phase) if phase in ("test", "eval") and numeric else {},
        points=curve(plan) if example and numeric else (),
        chance=random.Random(f"{scenario.world.seed}/{call.folder}"),
    )
