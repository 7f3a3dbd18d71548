"""vcrpy writes through our serializer, and reads without it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from vcr import matchers
from vcr.cassette import Cassette
from vcr.persisters.filesystem import FilesystemPersister
from vcr.request import Request

from tapecheck.cassettes import read
from tapecheck.contracts import load
from tapecheck.errors import CassetteError
from tapecheck.recording.serializer import Serializer

SECRET = "xK9vQ2mW8rT4yU6iO1pA3sD5"
URI = "https://api.example.com/v1/things"
TEXT = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://api.example.com/v1/things
    headers:
      content-type:
      - application/json
    body: |-
      {
        "a": 1
      }
  response:
    status:
      code: 200
      message: OK
    headers:
      content-type:
      - application/json
      x-many:
      - a=1
      - b=2
    body:
      string: |-
        {
          "b": [
            2
          ]
        }
"""


def answer(body: bytes = b'{"b":[2]}', message: str | None = "OK") -> dict[str, object]:
    headers = {"content-type": ["application/json"], "x-many": ["a=1", "b=2"]}
    return {"status": {"code": 200, "message": message}, "headers": headers, "body": {"string": body}}


def ask(body: object = b'{"a":1}') -> Request:
    return Request("POST", URI, body, {"content-type": "application/json"})


def save(path: Path, *interactions: tuple[Request, dict[str, object]], metadata: str | None = None) -> str:
    """Let vcrpy write a cassette with our serializer."""
    requests, responses = [each[0] for each in interactions], [each[1] for each in interactions]
    tape: dict[str, object] = {"requests": requests, "responses": responses}
    if metadata:
        tape["metadata"] = {"key": metadata}
    FilesystemPersister.save_cassette(path, tape, Serializer())
    return path.read_text(encoding="utf-8")


def test_a_cassette_is_written_for_review(tmp_path: Path) -> None:
    assert save(tmp_path / "a.yaml", (ask(), answer())) == TEXT


def test_plain_vcrpy_reads_it(tmp_path: Path) -> None:
    save(tmp_path / "a.yaml", (ask(), answer()), (ask(), answer(b"\xff\x00")))
    loaded = Cassette.load(path=tmp_path / "a.yaml")
    assert [request.uri for request in loaded.requests] == [URI, URI]
    assert loaded.responses[0]["body"]["string"] == b'{\n  "b": [\n    2\n  ]\n}'
    assert loaded.responses[1]["body"]["string"] == b"\xff\x00"
    assert loaded.responses[0]["headers"]["x-many"] == ["a=1", "b=2"]


def parts() -> Iterator[bytes]:
    yield from (b'{"a"', b":1}")


@pytest.mark.parametrize(
    "body", ['{"a":1}', b'{"a":1}', BytesIO(b'{"a":1}'), parts()], ids=["str", "bytes", "file", "parts"]
)
def test_bodies_of_every_kind_are_written(tmp_path: Path, body: object) -> None:
    assert save(tmp_path / "a.yaml", (ask(body), answer())) == TEXT


@pytest.mark.parametrize(("body", "written"), [(None, "null"), (b"", '""'), ("", '""')], ids=["none", "bytes", "text"])
def test_no_body_is_not_an_empty_one(tmp_path: Path, body: object, written: str) -> None:
    assert f"    body: {written}\n" in save(tmp_path / "a.yaml", (ask(body), answer()))
    [loaded] = Cassette.load(path=tmp_path / "a.yaml").requests
    matchers.body(ask(body), loaded)


def test_secrets_are_scrubbed(tmp_path: Path) -> None:
    request = Request("POST", URI, b"{}", {"authorization": f"Bearer {SECRET}"})
    assert SECRET not in save(tmp_path / "a.yaml", (request, answer()))


def test_a_status_without_words_is_written(tmp_path: Path) -> None:
    assert '      message: ""\n' in save(tmp_path / "a.yaml", (ask(), answer(message=None)))


def test_our_serializer_reads_what_it_wrote(tmp_path: Path) -> None:
    save(tmp_path / "a.yaml", (ask(), answer()))
    assert len(Cassette.load(path=tmp_path / "a.yaml", serializer=Serializer())) == 1


def test_metadata_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="metadata"):
        save(tmp_path / "a.yaml", (ask(), answer()), metadata="value")
    assert not (tmp_path / "a.yaml").exists()


def test_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="without any interaction"):
        save(tmp_path / "a.yaml")
    assert not (tmp_path / "a.yaml").exists()


def zipped(body: bytes) -> dict[str, object]:
    response = answer(body)
    return {**response, "headers": {"content-type": ["application/json"], "content-encoding": ["gzip"]}}


def test_a_compressed_body_hides_no_secret(tmp_path: Path) -> None:
    text = save(tmp_path / "a.yaml", (ask(), zipped(gzip.compress(f'{{"api_key":"{SECRET}"}}'.encode()))))
    assert '"api_key": "REDACTED"' in text
    [loaded] = Cassette.load(path=tmp_path / "a.yaml").responses
    assert loaded["body"]["string"] == b'{\n  "api_key": "REDACTED"\n}'
    assert "content-encoding" not in loaded["headers"]


def test_a_body_that_cannot_be_decompressed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="the body is no valid gzip"):
        save(tmp_path / "a.yaml", (ask(), zipped(gzip.compress(b"{}")[:-9])))
    assert not (tmp_path / "a.yaml").exists()


def test_the_body_of_a_delivery_stays_byte_by_byte(tmp_path: Path) -> None:
    content = b'{"type":"storm",  "city":"Oslo"}'
    folder = tmp_path / "contracts/weather"
    (folder / "webhooks").mkdir(parents=True)
    (folder / "webhooks/storm.schema.json").write_text(
        '{"$schema": "https://json-schema.org/draft/2020-12/schema"}', encoding="utf-8"
    )
    (folder / "contract.toml").write_text(
        'title = "T"\nversion = "1"\ndocumentation = "https://t.example"\n[webhooks]\nevents = "webhooks"\n'
        'name = "/type"\n[[webhooks.recognised]]\nheaders = { "x-weather-id" = "." }\n',
        encoding="utf-8",
    )
    fields = {"content-type": ["application/json"], "x-weather-id": ["1"]}
    request = {"method": "POST", "uri": "http://127.0.0.1/hooks", "headers": fields, "body": content}
    serializer = Serializer(load(folder.parent).contracts)
    text = serializer.serialize({"interactions": [{"request": request, "response": answer()}]})  # type: ignore[typeddict-item]
    (tmp_path / "tape.yaml").write_text(text, encoding="utf-8")
    (interaction,) = read(tmp_path / "tape.yaml").interactions
    assert interaction.request.body.content == content
    assert interaction.response.body.content != b'{"b":[2]}'
