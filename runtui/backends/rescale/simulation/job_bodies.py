"""What the service says of a job: in lists, whole, and when a new one is wrong."""

from datetime import datetime
from typing import Final

from runtui.backends.rescale.simulation.answers import moment_text
from runtui.backends.rescale.simulation.job_record import Event, JobRecord
from runtui.backends.rescale.simulation.plan import JobPlan, Kind
from runtui.backends.rescale.simulation.run_files import command_of
from runtui.backends.rescale.simulation.state import OWNER, ServiceState

USER: Final[dict[str, object]] = {
    "email": OWNER,
    "fullName": "Ada Okafor",
    "isActive": True,
    "company": {"code": "aero", "name": "Aero Example"},
    "workspace": {"id": "4711", "name": "Wings"},
}
_VERSIONS: Final = {
    "openfoam_plus": ("OpenFOAM+", (("v2212", "v2212-openmpi"), ("v2112", "v2112-openmpi"))),
    "ansys_fluent": ("ANSYS Fluent", (("2022 R2", "22.2"), ("2021 R2", "21.2"))),
    "starccm": ("Simcenter STAR-CCM+", (("17.04.008", "17.04.008-r8"),)),
    "ansys_cfx": ("ANSYS CFX", (("2022 R2", "22.2"),)),
    "user_included": ("Bring Your Own Software", (("0", "0"),)),
}
ANALYSES: Final[list[object]] = [
    {
        "code": code,
        "name": name,
        "vendorName": name.split(" ")[0],
        "description": "",
        "versions": [
            {"id": str(place), "version": version, "versionCode": version_code, "allowedCoreTypes": ["onyx", "emerald"]}
            for place, (version, version_code) in enumerate(versions)
        ],
    }
    for code, (name, versions) in _VERSIONS.items()
]
CORE_TYPES: Final[list[object]] = [
    {"code": code, "name": name, "price": price, "isDeprecated": False, "cores": [1, 2, 4, 8, 18, 36], "memory": 4000}
    for code, name, price in (
        ("emerald", "Emerald", "0.12"), ("onyx", "Onyx", "0.08"), ("amber", "Amber", "0.21"),
        ("carbon", "Carbon", "0.17"), ("obsidian", "Obsidian", "0.31"),
    )
]  # fmt: skip
_SOLVER_CODES: Final = {"openfoam": "openfoam_plus", "fluent": "ansys_fluent", "starccm": "starccm", "cfx": "ansys_cfx"}
_LABELS: Final = {"Completed": "label-success", "Executing": "label-info", "Force Stop": "label-important"}


def word(state: ServiceState, event: Event) -> str:
    """The status word as it is written."""
    return event.word.upper().replace(" ", "_") if state.switches.statuses_as_codes else event.word


def _label(text: str) -> dict[str, object]:
    return {"content": text, "labelClass": _LABELS.get(text, ""), "useLabel": bool(text)}


def item(state: ServiceState, record: JobRecord, now: datetime) -> dict[str, object]:
    """A job in a list: with its latest status and that of its cluster."""
    plan = record.plan
    events, cluster = state.events(record, now), state.cluster_events(record, now)
    shown: object = _label(word(state, cluster[-1]) if cluster else "")
    return {
        "id": plan.id,
        "name": plan.name,
        "owner": plan.owner,
        "dateInserted": moment_text(plan.created_at, state.switches, plan.number),
        "analysisNames": [_VERSIONS[_code(plan)][0]],
        "jobStatus": _label(word(state, events[-1]) if events else ""),
        "clusterStatusDisplay": None if state.switches.cluster_display_null else shown,
        "sharedWith": [],
        "isVisible": True,
        "storage": _storage(state, record, now),
    }


def _storage(state: ServiceState, record: JobRecord, now: datetime) -> int:
    if not record.executes(now) or not record.is_over(now):
        return 0
    last = record.plan.run_count - 1
    return state.files.totals(record, last)[1] * record.plan.run_count


def _code(plan: JobPlan) -> str:
    code = _SOLVER_CODES.get(plan.solver, plan.solver)
    return code if code in _VERSIONS else "user_included"


def whole(state: ServiceState, record: JobRecord) -> dict[str, object]:
    """A job with all it was made of. It says nothing of its status."""
    plan = record.plan
    basic = plan.kind is Kind.BASIC
    body: dict[str, object] = {
        "id": plan.id,
        "name": plan.name,
        "owner": plan.owner,
        "description": plan.description,
        "dateInserted": moment_text(plan.created_at, state.switches, plan.number),
        "projectId": None,
        "clonedFrom": None,
        "isLowPriority": plan.low_priority,
        "expectedRuns": None if basic else plan.run_count,
        "jobanalyses": [_analysis(state, plan)],
        "jobvariables": _variables(plan),
        "paramFile": None,
        "caseFile": None,
        "optimizer": {"code": "evolutionary"} if plan.kind is Kind.OPTIMISATION else None,
        "monteCarloIterations": None,
        "includeNominalRun": False,
        "isTemplateDryRun": False,
        "archiveFilters": [],
        "resourceFilters": [],
        "cidrRule": None,
        "publicKey": None,
        "sshPort": 22,
    }
    sent = {
        key: value for key, value in plan.body.items() if key in body and key not in ("id", "owner", "dateInserted")
    }
    return body | sent


def _analysis(state: ServiceState, plan: JobPlan) -> dict[str, object]:
    code = _code(plan)
    name, versions = _VERSIONS[code]
    core: object = {"code": "onyx", "name": "Onyx"} if state.switches.core_type_as_object else "onyx"
    return {
        "analysis": {"code": code, "name": name, "version": versions[0][1], "versionName": versions[0][0]},
        "command": command_of(plan),
        "envVars": {},
        "flags": {},
        "hardware": {"coreType": core, "coresPerSlot": 18, "slots": plan.slots, "walltime": 48},
        "inputFiles": [],
        "templateTasks": [],
        "postProcessScript": None,
        "postProcessScriptCommand": "",
    }


def _variables(plan: JobPlan) -> list[object]:
    if plan.kind is Kind.BASIC or not plan.axes:
        return []
    searched = plan.kind is Kind.OPTIMISATION
    inputs = [
        {"name": axis.name, "variableType": "Design" if searched else "Param",
         "valueGeneratorType": "Uniform" if searched else "Linspace"}
        for axis in plan.axes
    ]  # fmt: skip
    outputs = [{"name": name, "variableType": "Output", "valueGeneratorType": None} for name in ("Cd", "Cl")]
    goal = [{"name": "Cl/Cd", "variableType": "Objective", "valueGeneratorType": None}] if searched else []
    return [*inputs, *outputs, *goal]


def mistakes(body: object) -> dict[str, object]:
    """What is wrong with the body of a new job, as nested lists parallel to what was sent; empty when nothing is."""
    if not isinstance(body, dict):
        return {"nonFieldErrors": ["Invalid data. Expected a dictionary."]}
    found: dict[str, object] = {}
    if not isinstance(body.get("name"), str) or not body["name"]:
        found["name"] = ["This field is required."]
    analyses = body.get("jobanalyses")
    if not isinstance(analyses, list) or not analyses:
        found["jobanalyses"] = ["This field is required."]
        return found
    wrong = [_analysis_mistakes(analysis) for analysis in analyses]
    if any(wrong):
        found["jobanalyses"] = wrong
    return found


def _analysis_mistakes(analysis: object) -> dict[str, object]:
    if not isinstance(analysis, dict):
        return {"nonFieldErrors": ["Invalid data. Expected a dictionary."]}
    found: dict[str, object] = {}
    if not analysis.get("command"):
        null = "command" in analysis and analysis["command"] is None
        found["command"] = ["This field may not be null." if null else "This field is required."]
    named = analysis.get("analysis")
    if not isinstance(named, dict) or not named.get("code"):
        found["analysis"] = {"code": ["This field is required."]}
    return found
