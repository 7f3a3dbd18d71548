"""The command line: arguments in, a report out, an exit code.

Exit codes: 0, nothing of severity error; 1, findings of severity error; 2, usage, configuration or a broken contract.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tapecheck.cli.output import abandon_stdout, prepare_streams
from tapecheck.cli.parser import parse
from tapecheck.errors import TapecheckError

_FAILED = 2
_PIPE_CLOSED = 128 + 13  # as a shell reports a process that SIGPIPE ended
_INTERRUPTED = 128 + 2  # likewise SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run tapecheck and return its exit code.

    Args:
        arguments: what stands behind the program's name; by default those of this process.
    """
    prepare_streams()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        code: int = options.command(options)
        sys.stdout.flush()
    except TapecheckError as error:
        print(f"tapecheck: {error}", file=sys.stderr)
        return _FAILED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        abandon_stdout()
        return _PIPE_CLOSED
    except OSError as error:  # such as a full disk behind stdout
        print(f"tapecheck: the operating system refuses: {error}", file=sys.stderr)
        abandon_stdout()
        return _FAILED
    except KeyboardInterrupt:
        print("tapecheck: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return code
