"""TC101, TC102, TC103, TC109: bodies that break their schema, or are not what their content type says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tapecheck.checking.exchange import Exchange, Outcome
from tapecheck.checking.explain import explain
from tapecheck.checking.payload import Document, Malformed, Nothing, Payload
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.contracts import Schema
from tapecheck.model import Body, Code, Side, lines_of, parse_pointer

_REFUSED = "The provider refused it too. If a test means to send it, list the cassette under per-file-ignores."


def request_body(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield what is wrong with the request's body."""
    operation, body = exchange.operation, exchange.interaction.request.body
    has_body = not isinstance(exchange.request, Nothing)
    if has_body is (operation.request is None):
        message = f"the request has {'a' if has_body else 'no'} body, the operation {operation.name} takes "
        message += "none" if has_body else "one"
        yield Problem(code=Code.REQUEST_BODY, message=message, side=Side.REQUEST, line=body.line, instance_path="")
    elif operation.request is not None:
        hint = _REFUSED if exchange.interaction.response.status in (400, 422) else None
        for problem in check_payload(
            Code.REQUEST_BODY, Side.REQUEST, exchange.request, operation.request, body, validation
        ):
            yield replace(problem, hint=problem.hint or hint)


def response_body(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield what is wrong with the body of an answer or of an error; streams have rules of their own."""
    failed = exchange.expected is Outcome.ERROR
    schema = exchange.operation.error if failed else exchange.operation.response
    body = exchange.interaction.response.body
    if isinstance(exchange.response, Nothing) and exchange.expected is not Outcome.STREAM and schema is not None:
        yield Problem(
            code=Code.MALFORMED_BODY,
            message="the response has no body, the operation answers with JSON",
            side=Side.RESPONSE,
            line=body.line,
        )
    elif isinstance(exchange.response, Malformed) or (schema is not None and exchange.expected is not Outcome.STREAM):
        code = Code.ERROR_BODY if failed else Code.RESPONSE_BODY
        yield from check_payload(code, Side.RESPONSE, exchange.response, schema, body, validation)


def check_payload(
    code: Code, side: Side, payload: Payload, schema: Schema | None, body: Body, validation: Validation
) -> Iterator[Problem]:
    """Yield what is wrong with one body: that it is malformed (`TC109`), or with `code` each keyword that it breaks."""
    if isinstance(payload, Malformed):
        line = line_in(body, payload.line)
        yield Problem(code=Code.MALFORMED_BODY, message=payload.reason, side=side, line=line)
    elif isinstance(payload, Document) and schema is not None:
        if validation.engine.is_valid(schema.uri, payload.value):
            return
        text = body.content.decode("utf-8", "replace")
        found = list(explain(validation.engine, validation.schemas, schema.uri, payload.value))
        lines = lines_of(text, [parse_pointer(one.instance_path) for one in found])
        for one, line in zip(found, lines, strict=True):
            yield Problem(
                code=code,
                message=one.message,
                side=side,
                line=line_in(body, line),
                instance_path=one.instance_path,
                schema_path=one.keyword.file(validation.schemas),
                hint=one.hint,
            )
