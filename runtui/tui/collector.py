"""How often Python searches for garbage while the dashboard is open."""

import gc


def calm_collector() -> None:
    """Leave what was imported out of every search for garbage, and search less often.

    With 100,000 runs a search through everything takes some 50 ms, and the usual rule is for one after each 700 new
    objects. Runs are no part of a cycle, and what is (widgets that are gone) is little.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
