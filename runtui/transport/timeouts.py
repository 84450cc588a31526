"""How long we wait."""

import msgspec


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds until we stop waiting: for the connection, for the next piece of an answer, for one of a file.

    `whole` is for all of an answer that is not a file, however its pieces trickle in.
    """

    connect: float = 5.0
    read: float = 30.0
    read_file: float = 60.0
    whole: float = 180.0
