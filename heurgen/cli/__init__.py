"""The command line: one module per command. Errors become one line and an exit code here, and only here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from heurgen.errors import ExitCode, HeurgenError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    if list(sys.argv[1:] if arguments is None else arguments) == ["--version"]:
        from heurgen._version import __version__

        print(f"heurgen {__version__}")
        return ExitCode.SUCCESS
    import typer

    from heurgen.cli.app import app

    # Typer brings its own copy of click or uses the one installed, by its version.
    usage_error: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

    try:
        code = app(args=arguments, prog_name="heurgen", standalone_mode=False)
    except HeurgenError as error:
        return _fail(str(error), error.exit_code)
    except typer.Abort:
        return _fail("interrupted", ExitCode.INTERRUPTED)
    except usage_error as error:
        return _fail(error.format_message(), ExitCode.INPUT_ERROR)
    except KeyboardInterrupt:
        return _fail("interrupted", ExitCode.INTERRUPTED)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("heurgen.core."):
            raise
        return _fail("the compiled core is missing; `pip install .` in the checkout builds it",
                     ExitCode.CRITICAL_ERROR)
    except MemoryError:
        return _fail("out of memory", ExitCode.OUT_OF_MEMORY)
    except BrokenPipeError:
        sys.stderr.close()      # whoever read the output has enough
        return ExitCode.SUCCESS
    if code == ExitCode.INTERRUPTED:        # some versions of Typer catch Ctrl-C themselves
        return _fail("interrupted", ExitCode.INTERRUPTED)
    return int(code) if isinstance(code, int) else ExitCode.SUCCESS


def _fail(message: str, code: ExitCode) -> int:
    line = " ".join(message.split())
    print(f"heurgen: {line}", file=sys.stderr)
    return code
