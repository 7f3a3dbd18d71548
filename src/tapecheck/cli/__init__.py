"""The command line: arguments in, a report out, an exit code.

Exit codes: 0, nothing of severity error; 1, findings of severity error; 2, usage, configuration or a broken contract.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from tapecheck.cli.parser import parse
from tapecheck.errors import TapecheckError

_FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run tapecheck and return its exit code.

    Args:
        arguments: what stands behind the program's name; by default those of this process.
    """
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except TapecheckError as error:
        print(f"tapecheck: {error}", file=sys.stderr)
        return _FAILED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        print("tapecheck: interrupted", file=sys.stderr)
        return 128 + signal.SIGINT
    return code
