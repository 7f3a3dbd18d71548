"""TC109, TC110, TC111, TC203 and drift: deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tapecheck.checking.delivery import Delivery
from tapecheck.checking.payload import Document, Nothing
from tapecheck.checking.problem import Problem, Validation
from tapecheck.checking.rules.bodies import check_payload
from tapecheck.checking.rules.drift import document_drift
from tapecheck.checking.wording import did_you_mean, show
from tapecheck.contracts import verifies
from tapecheck.model import Code, Side


def delivered_event(delivery: Delivery, validation: Validation) -> Iterator[Problem]:
    """Yield what is wrong with the body of a delivery, and whether the contract does not know its event."""
    match, body = delivery.match, delivery.request.body
    if isinstance(delivery.payload, Nothing):
        message = "the delivery has no body"
        yield Problem(code=Code.MALFORMED_BODY, message=message, side=Side.REQUEST, line=body.line)
        return
    yield from check_payload(Code.DELIVERY, Side.REQUEST, delivery.payload, match.schema, body, validation)
    if match.event is None and isinstance(delivery.payload, Document):
        places = " or ".join(map(str, match.webhooks.name))
        message = f"the delivery does not say which event it is, expected {places}"
        yield Problem(code=Code.DELIVERY, message=message, side=Side.REQUEST, line=body.line, instance_path="")
    elif match.event is not None and match.schema is None:
        yield Problem(
            code=Code.UNDECLARED_EVENT,
            message=f"the contract does not know the event {show(match.event)}",
            side=Side.REQUEST,
            line=body.line,
            hint=did_you_mean(match.event, [*match.webhooks.events]),
        )


def delivered_drift(delivery: Delivery, validation: Validation) -> Iterator[Problem]:
    """Yield each undeclared field and value of a delivery."""
    if isinstance(delivery.payload, Document) and delivery.match.schema is not None:
        schema, body = delivery.match.schema, delivery.request.body
        yield from document_drift(schema, delivery.payload, body, Side.REQUEST, validation)


def signature(delivery: Delivery, secrets: Sequence[str], line: int) -> Iterator[Problem]:
    """Yield why the signature of a delivery does not verify.

    Args:
        delivery: its body as it was signed, byte by byte.
        secrets: of the provider, one of which has signed; nothing is said where there are none.
        line: of the interaction.
    """
    schemes, headers = delivery.match.webhooks.signatures, delivery.request.headers
    if not secrets or not schemes:
        return
    scheme = delivery.match.webhooks.scheme(headers) or schemes[0]
    refusal = verifies(scheme, secrets, headers, delivery.request.body.content)
    if refusal is not None:
        hint = "Was it signed with another secret, or was its body written anew? Deliver it again."
        yield Problem(code=Code.SIGNATURE, message=f"the signature: {refusal}", side=Side.REQUEST, line=line, hint=hint)
