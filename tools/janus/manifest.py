# SPDX-License-Identifier: BSD-2-Clause
"""The boot archive's manifest.

One line a program, comments from `#` to the end of the line:

    program NAME PATH [args] [key=value ...]

Blanks separate words; double quotes group characters into one word, blanks,
`#` and `=` included. Arguments run up to the first bare word of the form
key=value; from there on every word must be one. An argument that itself
contains `=` is quoted. core/manifest.c reads the same language for kernels and
programs, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from janus.errors import JanusError, UsageError

LINE_LIMIT = 1024  # bytes
WORDS = 64  # arguments, or settings, of a line

_BLANK = " \t\r"
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x0c\x0e-\x1f]")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*=")
_BARE = re.compile(r'[^\s"#=]+')


@dataclass(frozen=True)
class Word:
    text: str
    setting: bool  # it has an `=` outside quotes


@dataclass(frozen=True)
class Program:
    name: str
    path: str
    args: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)


class ManifestError(JanusError):
    def __init__(self, source: str, line: int, what: str) -> None:
        super().__init__(f"{source}:{line}: {what}")
        self.line = line


def words(text: str) -> list[Word]:
    """Split one line; raises ValueError where that cannot be."""
    if len(text.encode(errors="surrogateescape")) > LINE_LIMIT:
        raise ValueError(f"the line is longer than {LINE_LIMIT} bytes")
    if _CONTROL.search(text):
        raise ValueError("the line has a control character")
    found: list[Word] = []
    at = 0
    while at < len(text) and text[at] != "#":
        if text[at] in _BLANK:
            at += 1
        else:
            word, at = _word(text, at)
            found.append(word)
    return found


def _word(text: str, at: int) -> tuple[Word, int]:
    """The word that starts at `at`, and where it ends."""
    characters, inside, setting = [], False, False
    while at < len(text) and (inside or text[at] not in _BLANK + "#"):
        if text[at] == '"':
            inside = not inside
        else:
            characters.append(text[at])
            setting = setting or (text[at] == "=" and not inside)
        at += 1
    if inside:
        raise ValueError("a double quote is not closed")
    return Word("".join(characters), setting), at


def parse(text: str, source: str = "manifest") -> list[Program]:
    programs: list[Program] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            found = words(line)
            if found:
                programs.append(_program(found))
        except ValueError as error:
            raise ManifestError(source, number, str(error)) from None
    return programs


def _program(found: list[Word]) -> Program:
    if found[0].text != "program":
        raise ValueError(f'"{found[0].text}" is not a kind of line: only "program" is')
    if len(found) < 3 or not all(word.text and not word.setting for word in found[1:3]):
        raise ValueError("a program needs a name and a path")
    args, settings = [], {}
    for word in found[3:]:
        if word.setting:
            key, value = _setting(word)
            if key in settings:
                raise ValueError(f'"{key}" is set twice')
            settings[key] = value
        elif settings:
            raise ValueError(f'the argument "{word.text}" comes after key=value')
        else:
            args.append(word.text)
    if max(len(args), len(settings)) > WORDS:
        raise ValueError(f"there are more than {WORDS} arguments or settings")
    return Program(found[1].text, found[2].text, tuple(args), settings)


def _setting(word: Word) -> tuple[str, str]:
    if not _KEY.match(word.text):
        raise ValueError(f'"{word.text}" is no key=value; quote an argument that contains "="')
    key, value = word.text.split("=", 1)
    return key, value


def write(programs: Iterable[Program]) -> str:
    return "".join(" ".join(_line(program)) + "\n" for program in programs)


def _line(program: Program) -> Iterator[str]:
    yield "program"
    for word in (program.name, program.path, *program.args):
        yield word if _BARE.fullmatch(word) else _quote(word)
    for key, value in program.settings.items():
        yield f"{key}={value if _BARE.fullmatch(value) else _quote(value)}"


def _quote(word: str) -> str:
    if '"' in word or "\n" in word:
        raise UsageError(f"a manifest cannot hold a double quote or a line break: {word!r}")
    return f'"{word}"'
