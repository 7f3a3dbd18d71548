"""The options of every command."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from tapecheck import __version__
from tapecheck.cli import check, deliver, lint, record, rules, serve

_SLOWEST = 0.001
"""Of the speeds; with less, a wait could be longer than a system can sleep."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; `command` of what is returned is the function to call with it.

    Raises:
        SystemExit: with 2 for a usage error, with 0 after `--help` and `--version`.
    """
    parser = argparse.ArgumentParser(
        prog="tapecheck", description="Contract testing for the APIs you do not control.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"tapecheck {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_check(commands.add_parser("check", help=_first_line(check.check), allow_abbrev=False))
    _add_deliver(commands.add_parser("deliver", help=_first_line(deliver.deliver), allow_abbrev=False))
    _add_lint(commands.add_parser("lint", help=_first_line(lint.lint), allow_abbrev=False))
    _add_record(commands.add_parser("record", help=_first_line(record.record), allow_abbrev=False))
    _add_rules(commands.add_parser("rules", help=_first_line(rules.rules), allow_abbrev=False))
    _add_serve(commands.add_parser("serve", help=_first_line(serve.serve), allow_abbrev=False))
    return parser.parse_args(arguments)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=check.check)
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files and folders; by default the project's cassettes"
    )
    _add_contracts(parser)
    parser.add_argument("--format", choices=sorted(check.FORMATS), default="text", help="default: text")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report there instead of to stdout")
    parser.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="processes; default: one a processor")
    parser.add_argument(
        "--engine", choices=check.ENGINE_NAMES, default=check.ENGINE_NAMES[0], help="JSON Schema validator"
    )
    parser.add_argument("--strict", action="store_true", help="count every warning as an error")
    parser.add_argument("--require-live", action="store_true", help="take only recordings of the provider itself")
    parser.add_argument("--select", type=_codes, metavar="CODES", help="only these findings, such as TC1,TC301")
    parser.add_argument("--ignore", type=_codes, metavar="CODES", help="none of these findings")


def _add_deliver(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=deliver.deliver)
    parser.add_argument("provider", nargs="?", metavar="PROVIDER", help="whose deliveries; its contract has webhooks")
    parser.add_argument("event", nargs="?", metavar="EVENT", help="name of an event of that contract")
    parser.add_argument("--to", metavar="URL", help="where deliveries are sent")
    parser.add_argument("--all", action="store_true", help="every event of the contract")
    parser.add_argument("--count", type=_count, default=1, metavar="N", help="so many of each event; default: 1")
    _add_content(parser)
    _add_sending(parser)
    _add_contracts(parser)


def _add_content(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cassette",
        type=Path,
        metavar="FILE",
        help="take recorded deliveries from there; by default from the project's cassettes, else one is generated",
    )
    parser.add_argument("--vary", action="store_true", help="generate deliveries that differ from each other")
    parser.add_argument("--seed", type=int, metavar="N", help="the same, the first one from this seed")
    parser.add_argument("--form", action="store_true", help="generate, and encode it as a form")


def _add_sending(parser: argparse.ArgumentParser) -> None:
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--secret", metavar="TEXT", help="with which deliveries are signed")
    secret.add_argument("--secret-env", metavar="NAME", help="the environment variable that holds the secret")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="wait X times less between attempts")
    parser.add_argument("--no-retries", action="store_true", help="try once, whatever is answered")
    parser.add_argument("--fault", metavar="NAME", help="what befalls every delivery")
    parser.add_argument("--list-faults", action="store_true", help="list the faults, and end")
    parser.add_argument(
        "--save",
        type=Path,
        metavar="FILE",
        help="write a cassette of it; the secret goes into cassettes.lock, so it must be one for tests only",
    )


def _add_lint(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=lint.lint)
    parser.add_argument(
        "contracts", nargs="?", type=Path, metavar="DIR", help="folder of contracts; by default the project's"
    )


def _add_record(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=record.record)
    parser.add_argument("provider", metavar="PROVIDER", help="whose cassettes to record; it has a contract")
    parser.add_argument(
        "--source", choices=record.SOURCES, default=record.SOURCES[0], help="who answers; default: live"
    )
    parser.add_argument("--base-url", metavar="URL", help="ask there, and not at the provider's own host")
    parser.add_argument("--dry-run", action="store_true", help="stop before anything is replaced")
    _add_contracts(parser)


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=rules.rules)
    parser.add_argument("code", nargs="?", metavar="CODE", help="only this one, such as TC101")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=serve.serve)
    parser.add_argument("providers", nargs="*", metavar="PROVIDER", help="default: all that have a contract")
    parser.add_argument("--port", type=_port, default=8020, metavar="N", help="default: 8020; 0 takes any that is free")
    _add_contracts(parser)
    parser.add_argument(
        "--cassettes",
        action="append",
        type=Path,
        metavar="DIR",
        help="folder to answer from, may be repeated; by default the project's cassettes",
    )
    parser.add_argument("--fault", metavar="NAME", help="what befalls every answer")
    parser.add_argument("--vary", action="store_true", help="generate answers that differ from request to request")
    parser.add_argument("--log", action="store_true", help="say what is asked, a line for each request")
    parser.add_argument("--list-faults", action="store_true", help="list the faults, and end")


def _add_contracts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--contracts",
        type=Path,
        metavar="DIR",
        help="folder of contracts; by default the project's, else the bundled ones",
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number of processes is 1 or more, got {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number of deliveries is 1 or more, got {text!r}")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0
    if not _SLOWEST <= speed < math.inf:
        raise argparse.ArgumentTypeError(f"a speed is a number of {_SLOWEST} or more, got {text!r}")
    return speed


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, got {text!r}")
    return int(text)


def _first_line(command: object) -> str:
    return (command.__doc__ or "").partition("\n")[0].rstrip(".")
