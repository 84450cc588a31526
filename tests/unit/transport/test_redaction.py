"""Keeping secrets out of texts."""

import json
import string
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.secret import Secret
from runtui.model.secret_names import is_secret_name
from runtui.transport.redaction import redact, redact_bytes, redact_fields, secrets_among

PLANTED = "planted-1-secret"


@pytest.mark.parametrize(
    "name",
    [
        "token", "access_token", "refreshToken", "password", "passwd", "passphrase", "secret_value", "apiKey",
        "api-key", "X-Api-Key", "api_key", "encodedEncryptionKey", "encryptedKey", "Authorization", "X-Amz-Signature",
        "X-Amz-Credential", "private_key", "AccessKeyId", "Set-Cookie",
    ],
)  # fmt: skip
def test_a_secrets_name_is_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["name", "status", "key", "author", "run_id", "path", "basename", "hash", "design"])
def test_a_plain_name_is_no_secrets_name(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        f"https://store.org/x?X-Amz-Signature={PLANTED}",
        f"see HTTPS://store.org/x?sv=1&sig={PLANTED}&se=2, then",
        f"gs://bucket/x?token={PLANTED}",
        f"https://alice:{PLANTED}@lab.org/api",
        f"ftp://{PLANTED}@lab.org",
        f"Authorization: Bearer {PLANTED}",
        f"authorization: token {PLANTED}",
        f"Basic {PLANTED}==",
        f"GET /files/1?signature={PLANTED} HTTP/1.1",
        f"/callback#access_token={PLANTED}",
        f"/x?a=1&sig={PLANTED}&b=2",
        f'{{"url": "https://store.org/x?sig={PLANTED}"}}',
        f"a 'https://store.org/x?{PLANTED}' b",
    ],
)
def test_what_gives_access_is_taken_out_of_any_text(text: str) -> None:
    assert PLANTED not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Token authentication failed",
        "Basic authentication is required",
        "Invalid bearer token",
        "Expected token at line 3",
        "https://lab.org/api/v2/jobs/",
        "status=running&name=x",
        "Is it on? Yes: 3 = three",
        "alice@lab.org may not",
    ],
)
def test_what_gives_no_access_stays(text: str) -> None:
    assert redact(text) == text


def test_what_stands_around_a_query_stays() -> None:
    assert redact('see "https://lab.org/x?a=1", then') == 'see "https://lab.org/x?***", then'


def test_json_stays_json() -> None:
    body = json.dumps({"detail": 'asked "https://lab.org/x?a=\\"1\\"" and', "next": "https://lab.org/?page=2"})
    assert set(json.loads(redact_bytes(body.encode()))) == {"detail", "next"}


SECRETS = st.text(alphabet=string.ascii_letters + string.digits + '+/=%&"\\ -_é', min_size=4, max_size=40)


@given(st.text(), st.text(), st.text(alphabet=string.ascii_letters + string.digits, min_size=4, max_size=40))
def test_a_known_secret_is_taken_out_wherever_it_stands(before: str, after: str, secret: str) -> None:
    assert secret not in redact(f"{before}{secret}{after}{secret}", [Secret(secret)])


@given(SECRETS)
def test_a_known_secret_is_found_as_addresses_and_json_write_it(secret: str) -> None:
    for written in (quote(secret, safe=""), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        assert redact(f"x{written}y", [Secret(secret)]) == "x***y"


@given(st.lists(st.text(alphabet="ab1", min_size=4, max_size=12), min_size=1, max_size=5))
def test_a_secret_within_another_leaves_nothing_of_it(secrets: list[str]) -> None:
    text = redact(" ".join(secrets), [Secret(secret) for secret in secrets])
    assert not any(secret in text for secret in secrets)


def test_a_secret_that_is_hardly_a_text_does_not_blank_everything() -> None:
    assert redact("abc and a", [Secret("a"), Secret(""), Secret("abc")]) == "abc and a"


@given(st.binary())
def test_bytes_that_are_no_text_stay(body: bytes) -> None:
    assert redact_bytes(body, [Secret("lab-token-1")]) == redact_bytes(redact_bytes(body))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 65536,
        "http://" * 9000,
        "?" + "a" * 65536,
        "?encrypted" * 6000,
        "Token " * 10000,
        "://" * 20000,
        "x@" * 32768,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    redact(text, [Secret("lab-token-1")])
    assert time.process_time() - began < 1.0


def test_fields_with_a_secrets_name_are_masked_at_any_depth() -> None:
    value = {"auth": {"api_key": "k", "type": "x"}, "inputs": [{"secret_value": {"a": 1}}, 3], "n": None}
    assert redact_fields(value) == {
        "auth": {"api_key": "***", "type": "x"},
        "inputs": [{"secret_value": "***"}, 3],
        "n": None,
    }


def test_secrets_in_a_requests_own_body_are_found_at_any_depth() -> None:
    body = {"username": "alice", "password": "p-1", "inputs": {"key": {"secret_value": "s-1"}}, "tokens": ["t-1", 2]}
    assert {secret.reveal() for secret in secrets_among(body)} == {"p-1", "s-1", "t-1"}
