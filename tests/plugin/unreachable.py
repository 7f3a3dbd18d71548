"""Servers that cannot be reached, really: on this machine, and without a look-up of any name."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOST: Final = "127.0.0.1"


@contextmanager
def closed_port() -> Iterator[str]:
    """Give the URL of a port at which nobody listens: it is taken, so that nobody else can."""
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        yield _url("http", taken)


@contextmanager
def silent_port() -> Iterator[str]:
    """Give the URL of a port that answers no attempt to connect, as its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((_HOST, 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield _url("http", listener)


def not_found(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    """Return a resolver that knows no name under `.invalid` (RFC 2606, 2), and does not ask anybody for it."""

    def resolve(host: str | bytes | None, *others: object, **named: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return getaddrinfo(host, *others, **named)

    return resolve


@contextmanager
def untrusted_port(folder: Path) -> Iterator[str]:
    """Give the URL of a server whose certificate it has signed itself.

    Args:
        folder: holds the certificate and its key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    with socket.create_server((_HOST, 0)) as listener:
        thread = Thread(target=_shake_hands, args=(listener, context))
        thread.start()
        try:
            yield _url("https", listener)
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
            thread.join()


def _url(scheme: str, listener: socket.socket) -> str:
    return f"{scheme}://{_HOST}:{listener.getsockname()[1]}/"


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):  # the listener is shut
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                context.wrap_socket(connection, server_side=True).close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody that anybody trusts")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "self-signed.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
