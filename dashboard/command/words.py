"""click in Vietnamese: headings, usage, and one sentence for whatever goes wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from dashboard.question.errors import Unavailable
from dashboard.settings.sources import SettingsError
from dashboard.system_words import reason_of
from queries.source.masking import mask_within

FAILED = 2
"""Exit code of a command that could not do its work."""

_HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh"}

_SENTENCES = (
    (r"Option '(.+)' requires an argument\.", r"Tùy chọn \1 cần một giá trị."),
    (r"Option '(.+)' does not take a value\.", r"Tùy chọn \1 không nhận giá trị."),
    (r"Got unexpected extra arguments? \((.+)\)", r"Thừa tham số: \1."),
)
"""What click's parser says in English only, and how we say it."""


class Formatter(click.HelpFormatter):
    """Help with Vietnamese headings."""

    def write_heading(self, heading: str) -> None:
        """Write a section's heading."""
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or "Cách dùng: ")


class Context(click.Context):
    """A click context whose help is Vietnamese."""

    formatter_class = Formatter


class Command(click.Command):
    """A command whose help is Vietnamese."""

    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[TÙY CHỌN]")
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give --help with its help in Vietnamese."""
        return _help_option(super().get_help_option(ctx))


class Program(click.Group):
    """The whole program: a default command, Vietnamese help, and never a stack trace."""

    context_class = Context
    command_class = Command

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[TÙY CHỌN]")
        kwargs.setdefault("subcommand_metavar", "[LỆNH] …")
        super().__init__(*args, **kwargs)
        self.default = default

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give --help with its help in Vietnamese."""
        return _help_option(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands in the order they were written, the default first."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; without a command they are the default command's."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run and end the process; whatever goes wrong is told in Vietnamese, exit code 2.

        ``standalone_mode`` is click's and is not asked: this always ends the process.
        """
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.Abort:
            _say("Đã dừng.")
            code = 130
        except click.ClickException as error:
            _say(in_vietnamese(error))
            code = FAILED
        except (SettingsError, Unavailable) as error:
            _say(str(error))
            code = FAILED
        except Exception as error:
            _say(unexpected(error))
            code = FAILED
        sys.exit(code if isinstance(code, int) else 0)


def _help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "Hiện trợ giúp này rồi thoát."
    return option


def _say(text: str) -> None:
    click.echo(text, err=True)


def in_vietnamese(error: click.ClickException) -> str:
    """Give what click has to say about the arguments, with a hint where to read more."""
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = f" Xem: {error.ctx.command_path} --help"
    if isinstance(error, click.NoSuchOption):
        known = [name for one in error.ctx.command.params for name in one.opts] if error.ctx else []
        text = f"Không có tùy chọn {error.option_name}.{_nearest(error.option_name, known)}"
    elif isinstance(error, click.exceptions.NoSuchCommand):
        group = error.ctx.command if error.ctx else None
        known = list(group.commands) if isinstance(group, click.Group) else []
        text = f"Không có lệnh “{error.command_name}”.{_nearest(error.command_name, known)}"
        text += f" Các lệnh: {', '.join(known)}."
    elif isinstance(error, click.BadParameter) and error.param is not None:
        text = f"Tùy chọn {error.param.opts[0]}: {error.message}"
    else:
        text = error.message
        for english, vietnamese in _SENTENCES:
            text = re.sub(f"^{english}$", vietnamese, text)
    return text + hint


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f" Có phải ý bạn là {near[0]}?" if near else ""


def unexpected(error: Exception) -> str:
    """Give one sentence for an error nobody foresaw, with the place a developer needs."""
    if isinstance(error, OSError) and error.strerror:
        where = f" {error.filename}" if error.filename else ""
        return mask_within(f"Không làm được với tệp hoặc mạng{where}: {reason_of(error)}.")
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    lines = str(error).strip().splitlines()
    return mask_within(f"Lỗi ngoài dự kiến ({type(error).__name__}, {place}): {lines[0] if lines else ''}")
