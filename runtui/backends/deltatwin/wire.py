"""The service's JSON as it comes: DeltaTwin API v2.0, as its command-line client 1.8.1 reads it.

Only ids must be there. There is no public schema, so what is not an id may be missing, null or of another type than
expected, and is typed `object`: the mapping reads it. Fields without a place here are kept as unknown ones.
"""

import msgspec


class RunWire(msgspec.Struct, kw_only=True):
    """A run: an item of `GET /runs`, and the answer of `GET /runs/{id}` and `POST /runs`."""

    run_id: str
    owner: object = None
    deltatwin_name: object = None
    deltatwin_version: object = None
    status: object = None
    start_at: object = None
    end_at: object = None
    message: object = None
    return_code: object = None
    inputs: object = None
    outputs: object = None
    parent_run: object = None
    author: object = None
    """`owner` before v2.0; so are the next three of `deltatwin_name`, `deltatwin_version` and `start_at`."""
    dtwin_id: object = None
    dtwin_version: object = None
    generation_date: object = None


class NodeWire(msgspec.Struct, kw_only=True):
    """A node execution: an item of `GET /runs/{id}/nodes`."""

    id: str
    workflow_node_id: object = None
    name: object = None
    type: object = None
    status: object = None


class GrantWire(msgspec.Struct, kw_only=True):
    """The answer of `POST /connect`. Life times are seconds, as a number or as its text."""

    access_token: str
    expires_in: object = None
    refresh_token: object = None
    refresh_expires_in: object = None
    token_type: object = None


class TwinWire(msgspec.Struct, kw_only=True):
    """A component: an item of `GET /deltatwins`, and the answer of `GET /deltatwins/{name}`."""

    name: str
    version: object = None
    short_description: object = None
    description: object = None
    owner: object = None
    publication_date: object = None
    topics: object = None
    visibility: object = None
    inputs: object = None
    outputs: object = None
    license: object = None


class VersionWire(msgspec.Struct, kw_only=True):
    """A version of a component: an item of `GET /deltatwins/{name}/versions`."""

    name: str
    changelog: object = None
    publication_date: object = None


class MetricWire(msgspec.Struct, kw_only=True):
    """An item of `GET /user/metrics`: which fields it has depends on its type."""

    type: object = None
