"""The one HTTP stack below all backends: auth, retry, rate limits, timeouts, error mapping, redaction, decoding.

The only code that builds httpx objects. `httpx` also imports a command line program of its own, and with it click,
pygments and rich's progress bars: 18 ms and 3.5 MB that nobody here needs. It does without where that cannot be found.
"""

import sys

if "httpx" not in sys.modules:
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
