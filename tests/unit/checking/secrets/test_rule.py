from __future__ import annotations

import json
from dataclasses import replace

from tapecheck.checking.problem import Problem
from tapecheck.checking.secrets import Scanner, leaked_secrets
from tapecheck.contracts import Secrets
from tapecheck.model import Body, Code, Interaction, Side
from tests.unit.checking.secrets.planted import Secret, in_events, in_header, in_json

SCANNER = Scanner(Secrets())


def told(interaction: Interaction) -> list[Problem]:
    return list(leaked_secrets(interaction, SCANNER.find(interaction)))


def test_a_secret_in_an_event(key: str) -> None:
    [problem] = told(in_events(Secret("", key, key)))
    assert problem.code is Code.LEAKED_SECRET
    assert problem.message == f"the body of the response holds a secret key ({key[:4]}…)"
    assert (problem.side, problem.event, problem.line, problem.instance_path) == (Side.RESPONSE, 1, 24, "/delta/note")


def test_a_secret_in_a_header_is_on_the_line_of_the_interaction(key: str) -> None:
    [problem] = told(in_header(Secret("", key, key)))
    assert (problem.line, problem.instance_path, problem.event) == (3, None, None)
    assert problem.message == f"the header 'note' of the request holds a secret key ({key[:4]}…)"


def test_a_secret_in_a_body_is_on_its_line_where_the_file_shows_it(key: str) -> None:
    interaction: Interaction = in_json(Secret("", key, key))
    [problem] = told(interaction)
    assert problem.line == 9
    body = Body(content=json.dumps({"a": [{"note": key}]}, indent=1).encode(), line=9, verbatim=True)
    [problem] = told(replace(interaction, request=replace(interaction.request, body=body)))
    assert (problem.line, problem.instance_path) == (12, "/a/0/note")
