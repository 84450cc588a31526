r"""The filter language: what one types above the run list, and gives to `--where`.

Words
    airfoil             runs in which "airfoil" occurs, in any case: in the reference (`profile:id`), job, name, status,
                        the service's status word, owner or message
    "not found"         a phrase; a backslash keeps the character after it. Words with spaces, brackets or commas, a
                        slash in front, and the words and, or, not are written so
    /nan|diverg/        a regular expression (Python's, in any case, ^ and $ at the ends of fields); it ends at a slash
                        before a space, a bracket, a comma or the end

Together
    a b    a and b      both; `&` too
    a or b              either; `|` too. `and` binds closer than `or`
    ( ... )             brackets
    !a   -a   not a     not a. A minus before a digit is part of the word

Fields with texts: status service profile job owner node message name id reason group
    job:airfoil         occurs in it
    job="airfoil 2"     is it, in any case;    job!=x   is something else
    owner:alice,bob     either: commas separate words, after `:`, `=` and `!=`
    message:/exit \d+/  matches
    status:failed       one of our own words (queued running stopping succeeded failed stopped ended unknown) names
                        just that status; `live` and `final` name several; any other word is looked for in our words
                        and in the service's
    node:solve          a node of that name. Nodes count as far as they are known: of runs whose nodes were fetched,
                        or whose backend names them in `extra` (`node`, `nodes`). Unknown nodes do not match
    job includes the job's id, and id the whole reference. group is the id of a group the run is in.
    extra.phase:eval    a fact only this service has, by its name in `extra` of the run's JSON, such as the ids of the
                        jobs behind a run; the name is written as it stands there. `has:extra.phase` asks for one

Fields with times: started ended created, and age (started, else created, else ended)
    started<2d          less than 2 days ago;  started>2d   more than 2 days ago. Units ms s m h d w, also 1h30m
    started>2026-01-29  after that day;  >= from it on,  < before it,  <= until its end,  = or : on it.
                        Also 2026-01-29T10:00, today, yesterday; the local time zone unless one is written

Fields with numbers: took (seconds) progress exit files size (bytes)
    took>1h  took<=2:30  progress>=50%  exit!=0  size>2GB  files=0
    Units of time as above, B KB MB GB TB (powers of 1000), KiB MiB GiB TiB, %. A progress over 1 is in percent.

Variables: any other name
    Cd<0   x_velocity>=20   Cd < 0     compared as numbers, units allowed
    mesh=fine,coarse   mesh!=fine      its value or shown text is, or is not, one of these
    mesh:fin   note:/v\d/              occurs in it, matches
    inputs.mesh=fine                   with its role: inputs parameters outputs results
    var.size>3                         a variable that is called like a field
    "wall time">3                      a name with spaces or signs
    A name in lower case also finds other cases. A run without the variable matches no comparison, `!=` included;
    `!mesh=fine` lets it through. A secret never matches. For an unknown name, `name:word` also finds the text
    "name:word" anywhere, so that a pasted `profile:id` finds its run.

has:variable has:message has:node has:exit ... has:Cd   there is one. Facts: variable message reason owner job name node
    exit progress files size started ended created parent optimal; any other name is a variable.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from runtui.model.errors import QueryError
from runtui.model.node import Node
from runtui.model.query_context import Predicate, QueryContext
from runtui.model.query_term import Term, always
from runtui.model.run import Run

__all__ = ["EVERYTHING", "Predicate", "Query", "QueryError", "parse_query"]


class Query:
    """A filter that was read. Two are equal when their texts are."""

    __slots__ = ("_term", "text")

    def __init__(self, text: str, term: Term) -> None:
        self.text = text
        self._term = term

    def __repr__(self) -> str:
        return f"Query({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Query) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def is_empty(self) -> bool:
        """Whether it lets every run through because nothing was asked."""
        return not self.text

    @property
    def uses_time(self) -> bool:
        """Whether what matches may change by time passing alone."""
        return self._term.uses_time

    @property
    def uses_nodes(self) -> bool:
        """Whether it asks for nodes."""
        return self._term.uses_nodes

    @property
    def variables(self) -> frozenset[str]:
        """The names taken for variables: when nothing matches and no run has one of these, it may be misspelt."""
        return self._term.variables

    def predicate(self, now: datetime, *, nodes_of: Callable[[Run], Iterable[Node]] | None = None) -> Predicate:
        """The filter as a function of a run, made once for many runs.

        `now` is aware; dates without a time zone are in its zone. `nodes_of` gives the nodes known of a run. The
        function remembers answers: make a new one for each pass.
        """
        return self._term.bind(QueryContext(now, nodes_of))

    def matches(self, run: Run, now: datetime) -> bool:
        """Whether this one run matches. For many runs use `predicate` or `select`."""
        return self.predicate(now)(run)

    def select(self, runs: Iterable[Run], now: datetime) -> list[Run]:
        """The runs that match, in their order."""
        return list(filter(self.predicate(now), runs))


def parse_query(text: str) -> Query:
    """Read a filter. Raises QueryError, which names the column and what was expected there."""
    if not text.strip():
        return EVERYTHING
    from runtui.model.query_parser import parse_term  # a list without a filter is not to pay for the language

    return Query(text.strip(), parse_term(text))


EVERYTHING = Query("", always())
"""The empty filter."""
