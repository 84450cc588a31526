"""The one HTTP stack below all backends: auth, retry, rate limits, timeouts, error mapping, redaction, decoding.

The only code that builds httpx objects.
"""
