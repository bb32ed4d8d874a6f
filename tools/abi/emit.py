# SPDX-License-Identifier: BSD-2-Clause
"""Writes C from the tables.  Each function returns the text of one file."""

import textwrap

LICENCE = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
REGISTERS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
CONSTRAINTS = {"rdi": "D", "rsi": "S", "rdx": "d"}  # the others need a register variable
MOVING = ("cursor", "rest")  # types of arguments that a preempted call moves on


def comment(text, indent=""):
    """TEXT as a C comment of at most 110 columns."""
    if len(indent) + len(text) <= 104:
        return f"{indent}/* {text} */\n"
    lines = textwrap.wrap(text, 104 - len(indent))
    return f"{indent}/*\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


def head(what, source, includes=(), pragma=True):
    text = LICENCE + comment(f"{what} Generated from {source}: change that.")
    if pragma:
        text += "#pragma once\n"
    return text + ("\n" if pragma and includes else "") + "".join(f"#include {name}\n" for name in includes)


def contract(call):
    errors = f" Errors: {', '.join(call.errors)}." if call.errors else ""
    return comment(call.meaning + errors)


# --- for user programs ----------------------------------------------------------------------------------------------


def numbers(source, calls, includes=(), count=None):
    """Call numbers, for C and assembler."""
    text = head("Numbers of the system calls.", source, includes) + "\n"
    text += "".join(f"#define CALL_{call.name.upper():<24} {call.number}\n" for call in calls)
    if count is not None:
        text += f"#define {'CALL_COUNT':<29} {count}\n"
    return text


def signature(name, parameters):
    """NAME(PARAMETERS), on lines of at most 110 columns."""
    indent = "\t" * ((len(name) + 1) // 8) + " " * ((len(name) + 1) % 8)
    whole = (parameter.replace(" ", "\0") for parameter in parameters)  # a line ends between two, not inside one
    lines = textwrap.wrap(", ".join(whole) or "void", 109 - len(name))
    return f"{name}({(chr(10) + indent).join(lines)})".replace("\0", " ")


def stub(call):
    """One call as a C function: arguments by value, a pointer for each result, written on success only unless it always comes."""
    parameters = [f"uint64_t {word.name}" for word in call.arguments]
    parameters += [f"uint64_t *{word.name}" for word in call.results]
    text = f"{contract(call)}static inline enum status\n{signature(f'call_{call.name}', parameters)}\n{{\n"
    text += f"\tuint64_t rax = CALL_{call.name.upper()};\n"
    outputs, inputs = ['"+a"(rax)'], []
    for index, register in enumerate(REGISTERS):
        word = call.arguments[index] if index < len(call.arguments) else None
        argument = word.name if word else None
        result = index < len(call.results) or (word and word.unit in MOVING)
        constraint = CONSTRAINTS.get(register, "r")
        if not result and constraint != "r" and argument:
            inputs.append(f'"{constraint}"({argument})')
        elif argument or result:
            storage = f'register uint64_t {register} __asm__("{register}")' if constraint == "r" else f"uint64_t {register}"
            text += f"\t{storage}{f' = {argument}' if argument else ''};\n"
            place = f'"{("+" if argument else "=") if result else ""}{constraint}"({register})'
            (outputs if result else inputs).append(place)
    text += f'\n\t__asm__ volatile("syscall"\n\t\t: {", ".join(outputs)}\n\t\t: {", ".join(inputs)}'.rstrip()
    text += '\n\t\t: "rcx", "r11", "memory");\n'
    registers = list(zip(call.results, REGISTERS))
    text += "".join(f"\t*{word.name} = {register};\n" for word, register in registers if word.always)
    on_success = "".join(f"\t\t*{word.name} = {register};\n" for word, register in registers if not word.always)
    if on_success:
        text += f"\tif ((enum status)rax == OK) {{\n{on_success}\t}}\n"
    return text + "\treturn (enum status)rax;\n}\n"


def stubs(source, calls, includes):
    text = head("System calls as C functions.", source, includes)
    return text + "".join("\n" + stub(call) for call in calls if not call.raw)


def names(source, calls):
    """Names of the calls, for decoders of traces."""
    text = head("Names of the system calls, by number.", source) + "\n"
    text += "static const char *const call_names[] __attribute__((unused)) = {\n"
    return text + "".join(f'\t[{call.number}] = "{call.name}",\n' for call in calls) + "};\n"


def rows(source, units, calls):
    """The table as data, for programs that make calls by number: what each takes, and which statuses it may give."""
    text = head("The rows of the table of system calls.", source, ("<janus/status.h>",)) + "\n"
    text += "enum call_unit {\n\tUNIT_NONE,\n" + "".join(f"\tUNIT_{unit.upper()},\n" for unit in units) + "};\n\n"
    text += "struct call_row {\n\tconst char *name;\n\tunsigned char raw, results;\n"
    text += "\tunsigned char unit[6];\t/* of the arguments; UNIT_NONE: there is none */\n"
    text += "\tunsigned statuses;\t/* bit 1 << s: it can give the status s */\n};\n\n"
    text += "static const struct call_row call_rows[] __attribute__((unused)) = {\n"
    return text + "".join(row(call) for call in calls) + "};\n"


def row(call):
    units = ", ".join(f"UNIT_{word.unit.upper()}" for word in call.arguments) or "UNIT_NONE"
    statuses = " | ".join(f"1u << {status}" for status in ("OK", *call.errors))
    text = f'\t[{call.number}] = {{ "{call.name}", {int(call.raw)}, {len(call.results)}, {{ {units} }},\n'
    return text + "\n".join(textwrap.wrap(f"{statuses} }},", 100, initial_indent="\t\t", subsequent_indent="\t\t")) + "\n"


def trace_events(source, events):
    text = head("Events of trace records.", source) + "\nenum trace_event {\n"
    for event in events:
        text += f"\tTRACE_{event.name.upper()} = {event.number},\t/* {event.words[0]}; {event.words[1]} */\n"
    return text + "\tTRACE_EVENTS\n};\n"


def trace_names(source, events):
    text = head("Names of trace events and of their two words.", source, ("<janus/trace.h>",)) + "\n"
    text += "struct trace_name {\n\tconst char *event, *first, *second;\n};\n\n"
    text += "static const struct trace_name trace_names[TRACE_EVENTS] __attribute__((unused)) = {\n"
    for event in events:
        text += f'\t[TRACE_{event.name.upper()}] = {{ "{event.name}", "{event.words[0]}", "{event.words[1]}" }},\n'
    return text + "};\n"


# --- for the kernel -------------------------------------------------------------------------------------------------


def structure(kind, call, words):
    """The words of CALL where they lie in the frame's argument registers; without words the type stays incomplete."""
    if not words:
        return ""
    text = f"struct {kind}_{call.name} {{\n"
    text += "".join(f"\tu64 {word.name};\t/* {register}: {word.unit} */\n" for word, register in zip(words, REGISTERS))
    return text + "};\n"


def handler(call):
    if call.raw:
        return f"enum status sys_{call.name}(struct thread *self);\n"
    text = structure("args", call, call.arguments) + structure("out", call, call.results)
    text += f"struct args_{call.name};\n" if not call.arguments else ""
    text += f"struct out_{call.name};\n" if not call.results else ""
    parameters = ("struct thread *self", f"const struct args_{call.name} *a", f"struct out_{call.name} *out")
    return text + signature(f"enum status sys_{call.name}", parameters) + ";\n"


def handlers(source, calls, includes):
    """Arguments, results and prototypes of the calls' bodies."""
    text = head("Bodies of the system calls.", source, includes) + "\nstruct thread;\n"
    return text + "".join("\n" + contract(call) + handler(call) for call in calls)


def personality_handlers(source, calls, included):
    text = handlers(source, calls, [f'"core/{table}_handlers.h"' for table in included]) + "\n"
    text += comment("The call that SELF's frame asks for: number in rax, arguments in arg[].  Results go to the frame on OK only, or always.")
    text += "enum status call_dispatch(struct thread *self);\n\n"
    text += comment("The same with the number apart, for a personality whose rax carries more than that.")
    return text + "enum status call_dispatch_number(struct thread *self, u64 number);\n"


def enter(call):
    """The step from the frame to the handler: results leave their own copy only when the call succeeded, unless they always come."""
    text = f"\nstatic enum status\nenter_{call.name}(struct thread *self)\n{{\n"
    if not call.results:
        return text + f"\treturn sys_{call.name}(self, (const void *)self->regs.arg, NULL);\n}}\n"
    text += f"\tstruct out_{call.name} out;\n"
    text += f"\tenum status status = sys_{call.name}(self, (const void *)self->regs.arg, &out);\n\n"
    text += f"\tif (status == OK)\n\t\t*(struct out_{call.name} *)self->regs.arg = out;\n"
    for index, word in enumerate(call.results):
        if word.always:
            text += f"\tself->regs.arg[{index}] = out.{word.name};\n"
    return text + "\treturn status;\n}\n"


def dispatch(personality, source, calls):
    includes = (
        '"core/thread.h"',
        f"<{personality}/calls.h>",
        f'"personalities/{personality}/handlers.h"',
    )
    text = head(f"The dispatcher of {personality}'s system calls.", source, includes, pragma=False)
    text += "".join(enter(call) for call in calls if not call.raw)
    text += "\nstatic enum status (*const enter[CALL_COUNT])(struct thread *self) = {\n"
    text += "".join(f"\t[CALL_{call.name.upper()}] = {'sys' if call.raw else 'enter'}_{call.name},\n" for call in calls)
    return text + DISPATCH


DISPATCH = """};

enum status
call_dispatch(struct thread *self)
{
	u64 number = self->regs.rax;

	return number < CALL_COUNT ? enter[number](self) : ERR_NO_CALL;
}

enum status
call_dispatch_number(struct thread *self, u64 number)
{
	return number < CALL_COUNT ? enter[number](self) : ERR_NO_CALL;
}
"""
