"""What is said of one run in the lines above everything else."""

from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.sanitise import one_line, safe_lines
from runtui.render.status_cells import service_word, status_cell
from runtui.render.units import age_of, duration, percent
from runtui.tui.widgets.detail_line import Fact


def head_facts(run: Run, context: DrawContext) -> list[Fact]:
    """The reference, the job, the status with when and how long, the exit code."""
    facts: list[Fact] = [
        Cell(one_line(f"{run.profile}:{context.short_ids.get(run.reference, run.id)}"), Tone.STRONG),
        Cell(one_line(run.job or run.name, 60)),
        _status_fact(run, context),
    ]
    took = run.took_seconds(context.now)
    if took is not None:
        facts.append(Cell(f"took {duration(took)}" if run.status.is_final else f"for {duration(took)}", Tone.MUTED))
    if run.progress is not None and not run.status.is_final:
        facts.append(Cell(percent(run.progress)))
    if run.exit_code is not None:
        facts.append(Cell(f"exit code {run.exit_code}", Tone.ERROR if run.exit_code else Tone.MUTED))
    if run.owner:
        facts.append(Cell(one_line(run.owner, 40), Tone.MUTED))
    return facts


def _status_fact(run: Run, context: DrawContext) -> Fact:
    moment = run.ended_at or run.started_at or run.created_at
    cells = [status_cell(run.status, run.status_text, context.glyphs)]
    if moment is not None:
        ago = " ago" if run.status.is_final else ""
        cells.append(Cell(f" {age_of(moment, context.now)}{ago}", Tone.MUTED))
    word = service_word(run.status, run.status_text)
    if word:
        cells.append(Cell(f" ({word})", Tone.FAINT))
    return cells


def message_facts(run: Run) -> list[Fact]:
    """The first line of what the service says happened, else why the status is what it is."""
    tone = Tone.ERROR if run.status is Status.FAILED else Tone.TEXT
    message = run.message.strip()
    if message == f"exit code {run.exit_code}":  # it stands in the line above
        return []
    lines = safe_lines(message)
    return [Cell(lines[0], tone)] if lines else []


def reason_fact(run: Run) -> Fact:
    """Why the status is what it is, where the backend had to derive it and the message does not say the same."""
    is_news = run.reason and run.reason != run.message
    return Cell(f"why: {one_line(run.reason)}", Tone.MUTED) if is_news else ()
