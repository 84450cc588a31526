"""Standing between a simulator and its clients, to change what it answers."""

from collections.abc import Callable

import msgspec

from runtui.simulation.faults import Application, Message, Receive, Scope, Send

Change = Callable[[object], object]


class Reshaping:
    """Answers what an application does, with its JSON changed. Answers that are errors or no JSON stay as they are."""

    def __init__(self, application: Application, change: Change) -> None:
        self._application = application
        self._change = change

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface. Asks the application for plain, unpacked answers."""
        head: Message = {}
        body = bytearray()

        async def collecting(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
                if not _is_good_json(head):
                    await send(head)
            elif not _is_good_json(head):
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._send_changed(head, bytes(body), send)

        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._application({**scope, "headers": headers}, receive, collecting)

    async def _send_changed(self, head: Message, body: bytes, send: Send) -> None:
        changed = msgspec.json.encode(self._change(msgspec.json.decode(body))) if body else body
        headers = [(name, value) for name, value in head["headers"] if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(changed)).encode()))
        await send({**head, "headers": headers})
        await send({"type": "http.response.body", "body": changed})


def _is_good_json(head: Message) -> bool:
    headers: dict[bytes, bytes] = {name.lower(): value for name, value in head.get("headers", ())}
    is_good: bool = head.get("status", 500) < 300
    return is_good and headers.get(b"content-type", b"").startswith(b"application/json")


def in_every_object(change: Callable[[dict[str, object]], dict[str, object]]) -> Change:
    """A change that is made to every JSON object, inner ones first."""

    def changed(value: object) -> object:
        if isinstance(value, dict):
            return change({key: changed(inner) for key, inner in value.items()})
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        return value

    return changed


def in_every_text(change: Callable[[str], str]) -> Change:
    """A change that is made to every text."""

    def changed(value: object) -> object:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, dict):
            return {key: changed(inner) for key, inner in value.items()}
        return [changed(inner) for inner in value] if isinstance(value, list) else value

    return changed
