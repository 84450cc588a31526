"""What the service says of a file, and what the `file` command would."""

import hashlib
from datetime import datetime
from typing import Final

from starlette.requests import Request

from runtui.backends.rescale.simulation.answers import moment_text
from runtui.backends.rescale.simulation.contents import Bytes
from runtui.backends.rescale.simulation.job_record import JobRecord
from runtui.backends.rescale.simulation.state import OWNER, ServiceState, Upload
from runtui.backends.rescale.simulation.store import FileSums, RunFile

_USER: Final = "user_wVkqX"
_INPUT: Final = 1


def file_body(state: ServiceState, request: Request, record: JobRecord, file: RunFile) -> dict[str, object]:
    """A file a run left."""
    times = record.times(file.run_index)
    at = record.plan.created_at if times is None else times.completed_at
    key = f"user/{_USER}/output/job_{record.plan.id}/run{file.run_index + 1}/{file.path}"
    body = _body(state, request, file.id, file.name, key, file.type_id, at, state.files.sums(record, file))
    return body | {"relativePath": file.path, "owner": record.plan.owner}


def upload_body(state: ServiceState, request: Request, upload: Upload) -> dict[str, object]:
    """A file a client sent. It lies below no run: `relativePath` is absent."""
    key = f"user/{_USER}/{upload.id}/{upload.name}"
    content = Bytes(upload.content)
    sums = FileSums(content.size, content.digest("md5"), content.digest("sha512"))
    return _body(state, request, upload.id, upload.name, key, _INPUT, upload.at, sums) | {"owner": OWNER}


def _body(
    state: ServiceState,
    request: Request,
    file_id: str,
    name: str,
    key: str,
    type_id: int,
    at: datetime,
    sums: FileSums,
) -> dict[str, object]:
    origin = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
    body: dict[str, object] = {
        "id": file_id,
        "name": name,
        "typeId": type_id,
        "path": key,
        "dateUploaded": moment_text(at, state.switches, len(name)),
        "decryptedSize": str(sums.size) if state.switches.string_sizes else sums.size,
        "encodedEncryptionKey": _encryption_key(file_id),
        "downloadUrl": f"{origin}/api/v2/files/{file_id}/contents/",
        "isUploaded": True,
        "isDeleted": False,
        "viewInBrowser": False,
        "sharedWith": [],
        "owner": OWNER,
        "userTags": [],
        "pathParts": {"container": "prod-rescale-platform", "path": key},
        "storage": {
            "id": "p",
            "storageType": "S3Storage",
            "encryptionType": "default",
            "connectionSettings": {"region": "us-east-1"},
        },
    }
    if not state.switches.no_hashes:
        body["md5"] = sums.md5
        body["fileChecksums"] = [] if sums.sha512 is None else [{"hashFunction": "sha512", "fileHash": sums.sha512}]
    return body


def _encryption_key(file_id: str) -> str:
    """Secret in the real service; here made of the id, so that tests can look for it where it must not be."""
    return hashlib.sha256(f"encryption key of {file_id}".encode()).hexdigest()[:43] + "="


def described(content: bytes) -> str:
    """What `file` says of these bytes."""
    if not content:
        return "empty"
    if content.startswith(b"\x89PNG"):
        return "PNG image data, 96 x 96, 8-bit/color RGB, non-interlaced"
    sample = content[:8192]
    if b"\x00" in sample or sum(byte < 9 for byte in sample) > len(sample) // 50:
        return "data"
    try:
        content.decode()
        kind = "ASCII text" if content.isascii() else "UTF-8 Unicode text"
    except UnicodeDecodeError:
        kind = "ISO-8859 text"
    long = ", with very long lines" if max(map(len, sample.split(b"\n"))) > 300 else ""
    return kind + long + (", with escape sequences" if b"\x1b" in content else "")
