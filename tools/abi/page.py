# SPDX-License-Identifier: BSD-2-Clause
"""Writes the reference pages from the tables.  Each function returns the text of one Markdown page."""

from emit import REGISTERS


def words(items):
    """Name, unit and register of each word."""
    places = (f"`{w.name}` {w.unit} ({r}{', always' if w.always else ''})" for w, r in zip(items, REGISTERS))
    return "<br>".join(places) or "none"


def calls(personality, source, table):
    text = f"""<!-- Generated from {source}: change that, then `meson compile -C build abi-docs`. -->
# System calls of {personality}

A call is the instruction `syscall` with its number in rax and its arguments in rdi, rsi, rdx, r10, r8, r9. It returns a status
(`enum status` of `<janus/status.h>`, 0 is success) in rax and, on success only unless it says `always`, its results in the same
registers as the arguments, from rdi on. rcx and r11 are lost; all other registers keep their values. Every argument and result is one 64-bit word.
A number that is not in the table gives `ERR_NO_CALL`. In C, `<{personality}/stubs.h>` has each call as `call_NAME(arguments, &results)`.

| number | call | arguments | results | errors | meaning |
|---|---|---|---|---|---|
"""
    for call in table.calls:
        errors = "<br>".join(f"`{error}`" for error in call.errors) or "none"
        text += f"| {call.number} | `{call.name}` | {'all registers' if call.raw else words(call.arguments)} | {words(call.results)} | {errors} | {call.meaning} |\n"
    text += "\n## Types\n\n| type | meaning |\n|---|---|\n"
    return text + "".join(f"| {name} | {meaning} |\n" for name, meaning in table.units.items())


def events(source, rows):
    text = f"""<!-- Generated from {source}: change that, then `meson compile -C build abi-docs`. -->
# Trace events

A build with `-Dtrace=true` writes one record an event. `<janus/trace.h>` has the numbers, `<janus/trace_names.h>` the names.

| number | event | first word | second word | meaning |
|---|---|---|---|---|
"""
    for event in rows:
        text += f"| {event.number} | `{event.name}` | {event.words[0]} | {event.words[1]} | {event.meaning} |\n"
    return text
