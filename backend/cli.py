"""The command line: `python -m backend [serve | migrate]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from backend.errors import StartError
from backend.settings import Settings

_INTERRUPTED: Final = 130
"""The status of a program that Ctrl-C ended: 128 and the number of SIGINT."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the service, or migrate its database.

    Returns:
        0; 1 where a server that it ran ended by itself; 2 where it could not start; 130 where Ctrl-C ended it before.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "migrate" and options.down and options.revision is None:
        parser.error("migrate --down needs a REVISION: 'base' is the one before the first, '-1' the one before")
    try:
        settings = _overridden(Settings.load(), options)
        if options.command == "migrate":
            from backend.migrating import migrate

            return migrate(settings, options.revision or "head", down=options.down)
        from backend.serving import serve

        return serve(settings, os.environ, sandbox=getattr(options, "providers", "live") == "sandbox")
    except StartError as error:
        print(f"backend: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("backend: interrupted", file=sys.stderr)
        return _INTERRUPTED


def _overridden(settings: Settings, options: argparse.Namespace) -> Settings:
    """Let the command line win over the environment."""
    given = {
        name: value for name in ("host", "port", "data_dir") if (value := getattr(options, name, None)) is not None
    }
    return settings.model_copy(update=given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backend",
        description="A service for AI agents. All else is set by environment variables: see docs/reference/backend.md.",
    )
    _add_serving(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_serving(commands.add_parser("serve", help="run the service (the default)"))
    migrating = commands.add_parser("migrate", help="bring the schema of the database to a revision")
    migrating.add_argument("revision", nargs="?", help="'head' (the default), 'base', or a revision")
    migrating.add_argument("--down", action="store_true", help="go back to an older revision")
    _add_data_dir(migrating)
    return parser


def _add_serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=argparse.SUPPRESS, help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", default=argparse.SUPPRESS, type=_port, help="0 takes any free one (default: 8000)")
    parser.add_argument(
        "--providers",
        choices=("live", "sandbox"),
        default=argparse.SUPPRESS,
        help="'sandbox' asks a stand-in that needs no keys (default: live)",
    )
    _add_data_dir(parser)


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        default=argparse.SUPPRESS,
        type=Path,
        help="where the embedded PostgreSQL and Valkey keep their data",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:6]) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text!r}")
    return int(text)
