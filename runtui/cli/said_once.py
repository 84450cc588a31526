"""Talk that does not repeat itself."""

from runtui.cli import output


class SaidOnce:
    """Says a sentence when it differs from the last one: what is waited out is told once, not with every try."""

    def __init__(self) -> None:
        self._last = ""

    def say(self, sentence: str) -> None:
        """Say it, unless it was the last thing said."""
        if sentence != self._last:
            output.say(sentence)
            self._last = sentence

    def forget(self) -> None:
        """What was waited for is over: the same sentence is worth saying again."""
        self._last = ""
