"""Everything that tapecheck raises.

```
TapecheckError
├── UsageError          the command line asks for something that cannot be done
├── ConfigurationError  a setting in pyproject.toml is wrong
├── ContractError       a contract is broken: a contract file is missing, malformed or wrong
├── CassetteError       a cassette cannot be read or written
├── StreamError         a streamed body is not what its framing says
├── GenerationError     no example was found that keeps a contract
└── FaultError          a fault is unknown, or does not fit the answer
```

Whoever catches `TapecheckError` catches all of them; each message says what was got, what was expected, where, and
what to do next.
"""

from __future__ import annotations

from pathlib import Path


class TapecheckError(Exception):
    """What went wrong, where, and what to do next.

    Args:
        message: what was got and what was expected, in one sentence.
        path: the file at fault, where there is one.
        line: the 1-based line in that file.
        pointer: the JSON pointer within the file or the body.
        hint: what to do next.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | None = None,
        line: int | None = None,
        pointer: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.pointer = pointer
        self.hint = hint

    def __str__(self) -> str:
        """Return the whole message: `path:line: message (at pointer). hint`."""
        place = "" if self.path is None else f"{self.path}: " if self.line is None else f"{self.path}:{self.line}: "
        pointer = "" if self.pointer is None else f" (at {self.pointer or 'the root'})"
        hint = "" if self.hint is None else f"\n  {self.hint}"
        return f"{place}{self.message}{pointer}{hint}"


class UsageError(TapecheckError):
    """The command line asks for something that cannot be done."""


class ConfigurationError(TapecheckError):
    """A setting in pyproject.toml is wrong."""


class ContractError(TapecheckError):
    """A contract is broken: one of its files is missing, malformed or wrong."""


class CassetteError(TapecheckError):
    """A cassette cannot be read or written."""


class StreamError(TapecheckError):
    """A streamed body is not what its framing says."""


class GenerationError(TapecheckError):
    """No example was found that keeps a contract: it contradicts itself, or asks for more than the generator can do."""


class FaultError(TapecheckError):
    """A fault that was asked for is unknown, or cannot befall the answer."""
