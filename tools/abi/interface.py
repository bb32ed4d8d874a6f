# SPDX-License-Identifier: BSD-2-Clause
"""Reads the table of a server's interface (servers/*/*.def) and writes client stubs and the server's dispatcher.

A message is the words of `struct message`: word 0 is the operation, of a reply the status; the arguments or results follow in their
order.  README.md in this folder describes table and output.
"""

import re
from dataclasses import dataclass

from emit import comment, contract, head, signature
from table import C_WORDS, RESERVED_ERROR, Place, Word, columns, error_list, identifier, rows

WORDS_LIMIT = 10  # of a message of 11, whose first is operation or status
NAME_WORDS = 4  # a name is 31 characters and a terminator
STRUCTURES = ("cap", "page", "data")  # struct rpc_... of <l4/rpc.h>
BUILTIN = {"name": NAME_WORDS, "cap": 0, "page": 0, "data": 0}
INTERFACE = re.compile(r"([a-z][a-z0-9_]*)\s+([0-9]+)")
INTERFACES = 1 << 15


@dataclass(frozen=True)
class Operation:
    """A row: one operation of the interface."""

    number: int
    name: str
    arguments: tuple
    results: tuple
    errors: tuple
    meaning: str
    place: Place

    def has(self, side, unit):
        return any(word.unit == unit for word in getattr(self, side))


class Interface:
    def __init__(self):
        self.name, self.number = "", None
        self.units, self.operations = {}, []


class Reader:
    """Reads one table into an Interface."""

    def __init__(self, errors):
        self.errors = errors
        self.interface = Interface()

    def read(self, path):
        for place, line in rows(path):
            word, _, rest = line.partition(" ")
            if word == "interface":
                self.head(place, rest.strip())
            elif not self.interface.name:
                raise place.error("the table begins with a line `interface NAME NUMBER | meaning`")
            elif word == "type":
                self.unit(place, rest)
            else:
                self.operation(place, line)
        if not self.interface.operations:
            raise Place(path, 1).error("the table has no operation")
        return self.interface

    def head(self, place, text):
        words, _ = columns(place, text, ("interface NAME NUMBER", "meaning"))
        found = INTERFACE.fullmatch(words)
        if not found or int(found[2]) >= INTERFACES:
            raise place.error(f"'{words}' is not the name of an interface and its number, below {INTERFACES}")
        if self.interface.name:
            raise place.error("a table has one interface")
        self.interface.name, self.interface.number = found[1], int(found[2])

    def unit(self, place, rest):
        name, meaning = columns(place, rest, ("type NAME", "meaning"))
        identifier(place, name, "a type")
        if name in self.interface.units or name in BUILTIN:
            raise place.error(f"type '{name}' is already there")
        self.interface.units[name] = meaning

    def operation(self, place, line):
        name, arguments, results, errors, meaning = columns(
            place, line, ("operation", "arguments", "results", "errors", "meaning")
        )
        identifier(place, name, "an operation")
        if name in (other.name for other in self.interface.operations):
            raise place.error(f"operation '{name}' is already there")
        arguments = self.words(place, arguments, "an argument")
        results = self.words(place, results, "a result")
        for word in results:
            if word.name in (argument.name for argument in arguments):
                raise place.error(f"'{word.name}' is an argument and a result: give them two names")
        errors = error_list(place, errors, self.errors)
        if RESERVED_ERROR in errors:
            raise place.error(f"{RESERVED_ERROR} is said for an operation that a server has not")
        number = len(self.interface.operations)
        self.interface.operations.append(Operation(number, name, arguments, results, errors, meaning, place))

    def words(self, place, text, what):
        words = []
        for item in filter(None, (part.strip() for part in text.split(","))):
            name, colon, unit = (part.strip() for part in item.partition(":"))
            if not colon:
                raise place.error(f"'{item}' has no type: write {item}:TYPE")
            identifier(place, name, what)
            if name in C_WORDS or name in ("server", "badge", "m"):
                raise place.error(f"'{name}' cannot name {what}: generated C uses the word")
            if unit not in self.interface.units and unit not in BUILTIN:
                known = ", ".join([*BUILTIN, *self.interface.units])
                raise place.error(f"type '{unit}' of '{name}' is not declared; there are: {known}")
            if name in (word.name for word in words):
                raise place.error(f"'{name}' is there twice")
            words.append(Word(name, unit))
        if sum(width(word) for word in words) > WORDS_LIMIT:
            raise place.error(f"{sum(width(word) for word in words)} words; {WORDS_LIMIT} registers carry them")
        for unit in STRUCTURES:
            if sum(word.unit == unit for word in words) > 1:
                raise place.error(f"more than one {unit} in one message")
        return tuple(words)


def width(word):
    """Words of the message that it takes."""
    return BUILTIN.get(word.unit, 1)


def read_interface(path, errors):
    return Reader(errors).read(path)


# --- what both sides include ----------------------------------------------------------------------------------------


def prefix(interface):
    return interface.name.upper()


def numbers(source, interface):
    """The operations' words: interface number above, operation number below."""
    text = head(f"Operations of the interface {interface.name}.", source) + "\n"
    text += f"#define {prefix(interface)}_INTERFACE {interface.number}\n\nenum {interface.name}_operation {{\n"
    for operation in interface.operations:
        value = f"{interface.number} << 16 | {operation.number}"
        text += f"\t{prefix(interface)}_{operation.name.upper()} = {value},\t/* {operation.meaning} */\n"
    return text + "};\n"


def layout(words, first=1):
    """Each word with the index of the first message word that carries it."""
    at = first
    for word in words:
        yield word, at
        at += width(word)


# --- the client -----------------------------------------------------------------------------------------------------


def client_parameters(operation):
    for word in operation.arguments:
        if word.unit == "name":
            yield f"const char *{word.name}"
        elif word.unit == "data":
            yield f"const void *{word.name}"
            yield f"uint64_t {word.name}_bytes"
        elif word.unit == "cap":
            yield f"struct rpc_cap {word.name}"
        elif word.unit == "page":
            yield f"struct rpc_page {word.name}"
        else:
            yield f"uint64_t {word.name}"
    for word in operation.results:
        if word.unit == "name":
            yield f"char {word.name}[RPC_NAME]"
        elif word.unit == "data":
            yield f"void *{word.name}"
            yield f"uint64_t *{word.name}_bytes"
        elif word.unit == "cap":
            yield f"uint64_t {word.name}"
        elif word.unit == "page":
            yield f"struct rpc_page *{word.name}"
        else:
            yield f"uint64_t *{word.name}"


CLIENT_SEND = {
    "name": "\tif (!rpc_name_put(&m.word[{at}], {name}))\n\t\treturn ERR_BAD_VALUE;\n",
    "cap": "\trpc_cap_put(&m, &{name});\n",
    "page": "\trpc_page_put(&m, &{name});\n",
    "data": "\trpc_data_put(&m, {name}, {name}_bytes);\n",
}
CLIENT_WANT = {
    "cap": "\trpc_cap_want(&m, {name});\n",
    "page": "\trpc_page_want(&m, {name});\n",
    "data": "\trpc_data_want(&m, {name}, *{name}_bytes);\n",
}
CLIENT_TAKE = {
    "name": "\trpc_name_get({name}, &m.word[{at}]);\n",
    "cap": "\tif (!rpc_cap_came(&m))\n\t\treturn ERR_NOT_FOUND;\n",
    "page": "\t*{name} = rpc_page_came(&m);\n\tif (!{name}->size)\n\t\treturn ERR_NOT_FOUND;\n",
    "data": "\t*{name}_bytes = rpc_data_came(&m);\n",
}


def client_stub(interface, operation):
    """One operation as a function of the client: what was not asked for in full is an error, not a surprise."""
    name = f"{interface.name}_{operation.name}"
    text = contract(operation) + "static inline enum status\n"
    text += signature(name, ["uint64_t server", *client_parameters(operation)]) + "\n{\n"
    text += f"\tstruct message m = {{ .word[0] = {name.upper()} }};\n\n"
    for word, at in layout(operation.arguments):
        text += CLIENT_SEND.get(word.unit, "\tm.word[{at}] = {name};\n").format(at=at, name=word.name)
    for word in operation.results:
        text += CLIENT_WANT.get(word.unit, "").format(name=word.name)
    if not operation.results:
        return text + "\treturn rpc_call(server, &m);\n}\n"
    text += "\n\tenum status status = rpc_call(server, &m);\n\tif (status)\n\t\treturn status;\n"
    for word, at in layout(operation.results):
        text += CLIENT_TAKE.get(word.unit, "\t*{name} = m.word[{at}];\n").format(at=at, name=word.name)
    return text + "\treturn OK;\n}\n"


def client(source, interface):
    text = head(f"The interface {interface.name} as C functions, for its clients.", source, ("<l4/rpc.h>",))
    text += "\n" + numbers(source, interface).split("#pragma once\n", 1)[1].lstrip()
    return text + "".join("\n" + client_stub(interface, operation) for operation in interface.operations)


# --- the server -----------------------------------------------------------------------------------------------------


def server_parameters(operation):
    yield "const struct message *m"
    for word in operation.arguments:
        if word.unit == "name":
            yield f"const char {word.name}[RPC_NAME]"
        elif word.unit == "data":
            yield f"const void *{word.name}"
            yield f"uint64_t {word.name}_bytes"
        elif word.unit == "page":
            yield f"struct rpc_page {word.name}"
        else:
            yield f"uint64_t {word.name}"
    for word in operation.results:
        if word.unit == "name":
            yield f"char {word.name}[RPC_NAME]"
        elif word.unit in STRUCTURES:
            yield f"struct rpc_{word.unit} *{word.name}"
        else:
            yield f"uint64_t *{word.name}"


def serve_prototype(interface, operation, end=";\n"):
    name = f"enum status serve_{interface.name}_{operation.name}"
    return signature(name, list(server_parameters(operation))) + end


def serve_header(source, interface):
    includes = ("<l4/rpc.h>", f"<servers/{interface.name}.h>")
    text = head(f"The interface {interface.name}, for its server, which has the bodies.", source, includes)
    for operation in interface.operations:
        text += "\n" + contract(operation) + serve_prototype(interface, operation)
    text += "\n" + comment("The operation that M asks for, its results in M.  ERR_NO_CALL: it is none of this interface.")
    return text + f"enum status {interface.name}_serve(struct message *m);\n"


SERVER_LOCAL = {"name": "\tchar {name}[RPC_NAME] = {{ 0 }};\n"}
SERVER_LOCAL |= {unit: f"\tstruct rpc_{unit} {{name}} = {{{{ 0 }}}};\n" for unit in STRUCTURES}
SERVER_GIVE = {
    "name": "\trpc_name_put(&m->word[{at}], {name});\n",
    "cap": "\trpc_cap_put(m, &{name});\n",
    "page": "\trpc_page_put(m, &{name});\n",
    "data": "\trpc_data_put(m, {name}.at, {name}.bytes);\n",
}


def server_arguments(operation):
    yield "m"
    for word, at in layout(operation.arguments):
        if word.unit == "name":
            yield word.name
        elif word.unit == "cap":
            yield "rpc_cap_came(m)"
        elif word.unit == "page":
            yield "rpc_page_came(m)"
        elif word.unit == "data":
            yield "server_data()"
            yield "rpc_data_came(m)"
        else:
            yield f"m->word[{at}]"
    for word in operation.results:
        yield word.name if word.unit == "name" else f"&{word.name}"


def enter(interface, operation):
    """From a message to the body, and back: what is malformed does not reach it."""
    text = f"\nstatic enum status\nenter_{operation.name}(struct message *m)\n{{\n"
    for word in operation.arguments:
        if word.unit == "name":
            text += f"\tchar {word.name}[RPC_NAME];\n"
    for word in operation.results:
        text += SERVER_LOCAL.get(word.unit, "\tuint64_t {name} = 0;\n").format(name=word.name)
    text += "\n" if text.endswith(";\n") else ""
    for word, at in layout(operation.arguments):
        if word.unit == "name":
            text += f"\tif (!rpc_name_get({word.name}, &m->word[{at}]))\n\t\treturn ERR_BAD_VALUE;\n"
        elif word.unit == "cap":
            text += "\tif (!rpc_cap_came(m))\n\t\treturn ERR_NO_CAP;\n"
        elif word.unit == "page":
            text += "\tif (!rpc_page_came(m).size)\n\t\treturn ERR_BAD_ADDRESS;\n"
    call = signature(f"serve_{interface.name}_{operation.name}", list(server_arguments(operation)))
    text += f"\tenum status status = {call};\n\tm->tag = 0;\n"
    if not operation.results:
        return text + "\treturn status;\n}\n"
    text += "\tif (status)\n\t\treturn status;\n"
    for word, at in layout(operation.results):
        text += SERVER_GIVE.get(word.unit, "\tm->word[{at}] = {name};\n").format(at=at, name=word.name)
    return text + "\treturn OK;\n}\n"


def dispatcher(source, interface):
    includes = (f"<servers/{interface.name}_serve.h>",)
    text = head(f"The dispatcher of the interface {interface.name}.", source, includes, pragma=False)
    text += "".join(enter(interface, operation) for operation in interface.operations)
    text += f"\nenum status\n{interface.name}_serve(struct message *m)\n{{\n\tswitch (m->word[0]) {{\n"
    for operation in interface.operations:
        text += f"\tcase {prefix(interface)}_{operation.name.upper()}:\n\t\treturn enter_{operation.name}(m);\n"
    return text + "\tdefault:\n\t\treturn ERR_NO_CALL;\n\t}\n}\n"


# --- the page -------------------------------------------------------------------------------------------------------


def page(source, interface):
    """The section of the reference page of interfaces."""
    text = f"""<!-- Generated from {source}: change that, then `meson compile -C build abi-docs`. -->
# The interface {interface.name}

Number {interface.number}. Client stubs in `<servers/{interface.name}.h>`: `{interface.name}_OPERATION(server, arguments, &results)`. Besides the errors below, each
gives those of IPC, and `ERR_NO_CALL` from a server that has not the operation.

| number | operation | arguments | results | errors | meaning |
|---|---|---|---|---|---|
"""
    for operation in interface.operations:
        cells = [", ".join(f"`{word.name}` {word.unit}" for word in side) or "none" for side in (operation.arguments, operation.results)]
        errors = "<br>".join(f"`{error}`" for error in operation.errors) or "none"
        text += f"| {operation.number} | `{operation.name}` | {cells[0]} | {cells[1]} | {errors} | {operation.meaning} |\n"
    text += "\n| type | meaning |\n|---|---|\n"
    return text + "".join(f"| {name} | {meaning} |\n" for name, meaning in (BUILTIN_MEANING | interface.units).items())


BUILTIN_MEANING = {
    "name": "text of at most 31 characters, four words",
    "cap": "a capability, in the receiver's slot",
    "page": "mapped pages",
    "data": "bytes, copied straight from space to space",
}
