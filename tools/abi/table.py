# SPDX-License-Identifier: BSD-2-Clause
"""Reads the tables that the ABI is generated from: system calls (syscall.def) and trace events (trace.def).

A table is plain text, one row a line, columns separated by `|`; README.md in this folder describes the columns.  Every mistake
is a TableError that begins with FILE:LINE.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

ALWAYS = "!"  # behind the type of a result: see Word.always
ARGUMENTS_LIMIT = 6  # registers of a system call: rdi, rsi, rdx, r10, r8, r9
RESULTS_LIMIT = 6  # the same registers on the way back
RESERVED_ERROR = "ERR_NO_CALL"  # of a number that is in no table: no row lists it
RAW = "registers"  # in the column of the arguments: see Call.raw

NAME = re.compile(r"[a-z][a-z0-9_]*")
STATUS = re.compile(r"^\s*((?:ERR|STATUS)_[A-Z_]+|OK)\b", re.MULTILINE)
C_WORDS = frozenset(
    "auto break case char const continue default do double else enum extern float for goto if inline int long register "
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
    "rax rdi rsi rdx r10 r8 r9".split()
)


class TableError(Exception):
    """What is wrong with a table, with file and line."""


@dataclass(frozen=True)
class Place:
    """A line of a table, for messages."""

    path: Path
    line: int

    def error(self, text):
        return TableError(f"{self.path}:{self.line}: error: {text}")


@dataclass(frozen=True)
class Word:
    """One argument or result: a 64-bit word with a unit."""

    name: str
    unit: str
    always: bool = False  # a result that comes with every status


@dataclass(frozen=True)
class Call:
    """A row of a call table."""

    number: int
    name: str
    arguments: tuple
    results: tuple
    errors: tuple
    meaning: str
    origin: str  # the included table that it is from, such as "common"; "" for the personality's own
    raw: bool  # takes all registers as they are: no stub, and a handler that reads and writes the frame itself
    place: Place


@dataclass(frozen=True)
class Event:
    """A row of the event table."""

    number: int
    name: str
    words: tuple  # what the two words of the record say
    meaning: str


@dataclass
class Table:
    """A personality's calls and the units that they use."""

    units: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    included: list = field(default_factory=list)  # tables, in order

    def own(self):
        """Those whose bodies are the personality's."""
        return [call for call in self.calls if not call.origin]

    def numbered(self):
        """Those whose numbers are the personality's: all but the first included table's, which every personality begins with."""
        return [call for call in self.calls if not call.origin or call.origin != self.included[0]]


def rows(path):
    """The lines of PATH that say something, with their places."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path}: error: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: error: is not UTF-8 text") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield Place(Path(path), number), line.strip()


def columns(place, line, names):
    """LINE split into exactly the columns NAMES."""
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != len(names):
        raise place.error(f"{len(cells)} columns; a row has {len(names)}: {' | '.join(names)}")
    if not cells[-1]:
        raise place.error("the last column, the meaning, is empty")
    return cells


def identifier(place, name, what):
    if not NAME.fullmatch(name):
        raise place.error(f"'{name}' is not a name for {what}: lower-case letters, digits and _")


def read_errors(status_header):
    """The errors that a call may list: the enumerators of <janus/status.h>."""
    return frozenset(n for n in STATUS.findall(Path(status_header).read_text(encoding="utf-8")) if n.startswith("ERR_"))


def error_list(place, text, known):
    """The errors of a row, each one of KNOWN."""
    errors = text.split()
    for error in errors:
        if error not in known:
            raise place.error(f"'{error}' is not an error of <janus/status.h>")
        if errors.count(error) > 1:
            raise place.error(f"'{error}' is there twice")
    return tuple(errors)


class CallReader:
    """Reads a call table and what it includes into one Table."""

    def __init__(self, include_folders, errors):
        self.include_folders = [Path(folder) for folder in include_folders]
        self.errors = errors
        self.table = Table()

    def read(self, path, origin=""):
        for place, line in rows(path):
            word, _, rest = line.partition(" ")
            if word == "include":
                self.include(place, rest.strip(), origin)
            elif word == "type":
                self.unit(place, rest)
            else:
                self.call(place, line, origin)
        return self.table

    def include(self, place, name, nested):
        if nested:
            raise place.error("an included table cannot include")
        if self.table.own():
            raise place.error("include must come before the first call, so that common calls have the same numbers everywhere")
        if Path(name).stem in self.table.included:
            raise place.error(f"'{name}' is included already")
        for folder in self.include_folders:
            if (folder / name).is_file():
                self.table.included.append(Path(name).stem)
                self.read(folder / name, Path(name).stem)
                return
        searched = ", ".join(str(folder) for folder in self.include_folders)
        raise place.error(f"'{name}' is in none of the include folders: {searched}")

    def unit(self, place, rest):
        name, meaning = columns(place, rest, ("type NAME", "meaning"))
        identifier(place, name, "a type")
        if self.table.units.get(name, meaning) != meaning:
            raise place.error(f"type '{name}' is already there")
        self.table.units[name] = meaning

    def call(self, place, line, origin):
        name, arguments, results, errors, meaning = columns(
            place, line, ("call", "arguments", "results", "errors", "meaning")
        )
        identifier(place, name, "a call")
        for other in self.table.calls:
            if other.name == name:
                raise place.error(f"call '{name}' is already at {other.place.path}:{other.place.line}")
        raw = arguments == RAW
        arguments = self.words(place, "" if raw else arguments, "an argument", ARGUMENTS_LIMIT)
        results = self.words(place, results, "a result", RESULTS_LIMIT)
        for word in results:
            if word.name in (argument.name for argument in arguments):
                raise place.error(f"'{word.name}' is an argument and a result: give them two names")
        self.table.calls.append(
            Call(len(self.table.calls), name, arguments, results, error_list(place, errors, self.errors), meaning, origin, raw, place)
        )

    def words(self, place, text, what, limit):
        words = []
        for item in filter(None, (part.strip() for part in text.split(","))):
            name, colon, unit = (part.strip() for part in item.partition(":"))
            if not colon:
                raise place.error(f"'{item}' has no type: write {item}:TYPE")
            always = unit.endswith(ALWAYS)
            unit = unit.removesuffix(ALWAYS)
            if always and what != "a result":
                raise place.error(f"'{item}': only a result can come with every status")
            identifier(place, name, what)
            if name in C_WORDS:
                raise place.error(f"'{name}' cannot name {what}: generated C uses the word")
            if unit not in self.table.units:
                raise place.error(f"type '{unit}' of '{name}' is not declared; there are: {', '.join(self.table.units)}")
            if name in (word.name for word in words):
                raise place.error(f"'{name}' is there twice")
            words.append(Word(name, unit, always))
        if len(words) > limit:
            raise place.error(f"{len(words)} words; {limit} registers carry them")
        return tuple(words)


def read_calls(path, include_folders, errors):
    return CallReader(include_folders, errors).read(path)


def read_events(path):
    """The events of a trace table, numbered from 1: 0 is a record that was never written."""
    events = []
    for place, line in rows(path):
        name, first, second, meaning = columns(place, line, ("event", "first word", "second word", "meaning"))
        identifier(place, name, "an event")
        if name in (event.name for event in events):
            raise place.error(f"event '{name}' is already there")
        events.append(Event(len(events) + 1, name, (first, second), meaning))
    return events
