"""The options of every command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tapecheck import __version__
from tapecheck.cli import check, lint, record, rules, serve


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


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, got {text!r}")
    return int(text)


def _first_line(command: object) -> str:
    return (command.__doc__ or "").partition("\n")[0].rstrip(".")
