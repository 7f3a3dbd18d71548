"""Whatever is run on this project, a session each; `nox -l` lists them."""

from __future__ import annotations

import os
import sys

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_venv = "yes"
nox.options.sessions = ["contracts", "tests"]

PROJECT = nox.project.load_toml("pyproject.toml")


def install(session: nox.Session, *groups: str, project: str | None = ".") -> None:
    """Install the project and dependency groups; nox itself expands these, so that any pip will do."""
    requirements = nox.project.dependency_groups(PROJECT, *groups)
    session.install(*((project,) if project else ()), *requirements)


@nox.session
def contracts(session: nox.Session) -> None:
    """Check the contracts, then every cassette against them; paths and options after `--` go to `tapecheck check`."""
    install(session)
    session.run("tapecheck", "lint")
    session.run("tapecheck", "check", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test, also of the documentation, in up to four processes; what stands after `--` goes to pytest."""
    install(session, "tests", project=".[pytest]")
    session.run("pytest", "--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile", *session.posargs)


@nox.session(python=nox.project.python_versions(PROJECT))
def tests_all(session: nox.Session) -> None:
    """Run the tests on every supported Python that is found."""
    tests(session)


@nox.session
def backend(session: nox.Session) -> None:
    """Start the backend; what stands after `--` goes to it: nox -s backend -- --providers sandbox."""
    install(session, "backend")
    session.run("python", "-m", "backend", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz every endpoint of the backend, on real servers: nox -s fuzz -- [--seed NUMBER|random] [--examples N]."""
    install(session, "fuzz", project=".[pytest]")
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Kill the service and its PostgreSQL under load, and count what is lost: nox -s chaos -- webhooks|agents."""
    install(session, "tests", project=".[pytest]")
    session.run("python", "-m", "tests.chaos", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure something beside something else, in one run: nox -s bench [-- plugin|webhooks]."""
    install(session, "tests", project=".[pytest]")
    session.run("python", "-m", "tests.bench", *session.posargs)


@nox.session
def record(session: nox.Session) -> None:
    """Record a provider anew: nox -s record -- PROVIDER [--source live|sandbox] [--base-url URL] [--dry-run]."""
    install(session, "tests", project=".[pytest]")
    try:
        session.run("tapecheck", "record", *session.posargs)
    except CommandFailed as failure:
        sys.exit(failure.return_code or 1)  # nox would end with 1, whatever the command said


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    install(session, "lint", project=None)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types."""
    install(session, "types", "fuzz")
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports point one way, in no circle."""
    install(session, "layers", project=None)
    session.run("lint-imports", "--no-logo", env={"PYTHONPATH": os.pathsep.join(["src", "."])})


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure the branches that the tests cover, with and without the integration tests; after `--` come pytest's."""
    install(session, "tests", project=".[pytest]")
    session.run("pytest", "--cov", "--cov-report=", "-p", "tests.coverage.contexts", *session.posargs)
    session.run("python", "-m", "tests.coverage")


@nox.session
def docs(session: nox.Session) -> None:
    """Run the code blocks of the documentation."""
    install(session, "tests")
    session.run("pytest", "docs", "README.md", *session.posargs)
