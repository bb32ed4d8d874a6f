# SPDX-License-Identifier: BSD-2-Clause
"""Layouts of C structures and values of enumerations, from a program's DWARF."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from janus.errors import JanusError

if TYPE_CHECKING:  # the package is asked for only when something is shown
    from elftools.dwarf.die import DIE
    from elftools.elf.elffile import ELFFile

_WRAPPERS = ("DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_volatile_type")


@dataclass
class Member:
    offset: int
    size: int  # of one element
    count: int  # elements; 1 for what is no array
    struct: str  # its structure's name, "" for what is none


@dataclass
class Struct:
    size: int
    members: dict[str, Member] = field(default_factory=dict)


class Layouts:
    """The structures and enumerations of an ELF file, by name; its symbols."""

    def __init__(self, path: Path, structs: list[str], enums: list[str] = []) -> None:
        self.structs: dict[str, Struct] = {}
        self.enums: dict[str, dict[int, str]] = {}
        from elftools.elf.elffile import ELFFile

        with path.open("rb") as file:
            elf = ELFFile(file)
            table = elf.get_section_by_name(".symtab")
            self.symbols = {symbol.name: symbol["st_value"] for symbol in table.iter_symbols()} if table else {}
            wanted = {("DW_TAG_structure_type", name) for name in structs} | {("DW_TAG_enumeration_type", name) for name in enums}
            self._read(elf, wanted)
        if wanted:
            raise JanusError(f"{path.name} does not say what it looks like: no {sorted(wanted)[0][1]} in its debugging information")

    def _read(self, elf: ELFFile, wanted: set[tuple[str, str]]) -> None:
        if not elf.has_dwarf_info():
            return
        for unit in elf.get_dwarf_info().iter_CUs():
            if not wanted:
                return
            for die in unit.get_top_DIE().iter_children():
                name = _name(die)
                if (die.tag, name) in wanted and "DW_AT_byte_size" in die.attributes:
                    wanted.discard((die.tag, name))
                    if die.tag == "DW_TAG_structure_type":
                        self.structs[name] = _struct(die)
                    else:
                        self.enums[name] = _enumerators(die)

    def member(self, struct: str, path: str) -> Member:
        """`path` may lead through nested structures: "object.caps"."""
        first, _, rest = path.partition(".")
        member = self.structs[struct].members[first]
        if not rest:
            return member
        inner = self.member(member.struct, rest)
        return Member(member.offset + inner.offset, inner.size, inner.count, inner.struct)


def _name(die: DIE) -> str:
    return die.attributes["DW_AT_name"].value.decode() if "DW_AT_name" in die.attributes else ""


def _resolved(die: DIE) -> DIE | None:
    """The type of DIE without typedefs and qualifiers."""
    while "DW_AT_type" in die.attributes:
        die = die.get_DIE_from_attribute("DW_AT_type")
        if die.tag not in _WRAPPERS:
            return die
    return None


def _size(kind: DIE | None) -> int:
    if kind is None:
        return 0
    if "DW_AT_byte_size" in kind.attributes:
        return int(kind.attributes["DW_AT_byte_size"].value)
    return 8 if kind.tag == "DW_TAG_pointer_type" else 0


def _count(array: DIE) -> int:
    count = 1
    for dimension in array.iter_children():
        if "DW_AT_upper_bound" in dimension.attributes:
            count *= int(dimension.attributes["DW_AT_upper_bound"].value) + 1
    return count


def _member(die: DIE) -> Member:
    kind, count = _resolved(die), 1
    if kind is not None and kind.tag == "DW_TAG_array_type":
        count = _count(kind)
        kind = _resolved(kind)
    struct = _name(kind) if kind is not None and kind.tag == "DW_TAG_structure_type" else ""
    location = die.attributes.get("DW_AT_data_member_location")
    return Member(int(location.value) if location else 0, _size(kind), count, struct)


def _struct(die: DIE) -> Struct:
    struct = Struct(int(die.attributes["DW_AT_byte_size"].value))
    _members(die, 0, struct)
    return struct


def _members(die: DIE, base: int, struct: Struct) -> None:
    """Those of an anonymous structure or union inside are the structure's own."""
    for child in die.iter_children():
        if child.tag != "DW_TAG_member":
            continue
        member = _member(child)
        member.offset += base
        inner = _resolved(child)
        if _name(child):
            struct.members[_name(child)] = member
        elif inner is not None:
            _members(inner, member.offset, struct)


def _enumerators(die: DIE) -> dict[int, str]:
    return {int(child.attributes["DW_AT_const_value"].value): _name(child) for child in die.iter_children()}
