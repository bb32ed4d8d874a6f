#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the kernel's tables of its own functions: symbols.py NM READELF KERNEL OUTPUT.c

Names come from the symbol table; how far a function has moved the stack pointer at each of its instructions comes from the call-frame
information that the compiler writes beside the debugging information.  With KERNEL `-` the tables are empty: for the first link.
"""
import re
import subprocess
import sys

STACK_WORDS_LIMIT = 0xffff


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def functions(nm, kernel):
    """Where the text begins and ends, and its (address, name), ascending, one an address: functions before bare labels."""
    found = {}
    for line in run(nm, '--print-size', kernel).splitlines():
        address, *size, kind, name = line.split()
        if kind in 'tT':
            found.setdefault(int(address, 16), []).append((not size, name))
    bounds = {name: address for address, names in found.items() for _, name in names}
    start, end = bounds['text_start'], bounds['text_end']
    return start, end, sorted((address, min(names)[1]) for address, names in found.items() if start <= address < end)


def stack_rows(readelf, kernel):
    """(address, words between the stack pointer and the end of the return address), 0 where that is not a constant."""
    rows, columns, function_end = {}, None, None
    for line in run(readelf, '--debug-dump=frames-interp', kernel).splitlines():
        head = re.match(r'\S+ \S+ \S+ FDE .* pc=([0-9a-f]+)\.\.([0-9a-f]+)', line)
        if head:
            function_end = int(head[2], 16)
            rows[int(head[1], 16)] = 1  # readelf leaves out a function that moves nothing
            rows.setdefault(function_end, 0)
        elif ' CIE ' in line:
            function_end = None
        elif function_end and (row := re.match(r'([0-9a-f]{16}) (\S+)', line)):
            cfa = re.fullmatch(r'rsp\+(\d+)', row[2])
            words = int(cfa[1]) // 8 if cfa else 0
            rows[int(row[1], 16)] = words if words <= STACK_WORDS_LIMIT else 0
    out, before = [], None
    for address, words in sorted(rows.items()):
        if words != before:
            out.append((address, words))
        before = words
    return out


def array(kind, name, values):
    text = ', '.join(map(str, values)) or '0'
    return f'const {kind} {name}[] = {{ {text} }};\n'


def tables(nm, readelf, kernel):
    start, end, names, rows = 0, 0, [], []
    if kernel != '-':
        start, end, names = functions(nm, kernel)
        rows = [(a, w) for a, w in stack_rows(readelf, kernel) if start <= a <= end]
    places, text = [], ''
    for _, name in names:
        places.append(len(text))
        text += name + '\0'
    yield '#include "core/symbols.h"\n'
    yield f'const u64 symbol_base = {start:#x};\n'
    yield f'const u32 symbol_count = {len(names)}, stack_row_count = {len(rows)};\n'
    yield array('u32', 'symbol_address', [a - start for a, _ in names] + [end - start])
    yield array('u32', 'symbol_name', places)
    yield 'const char symbol_names[] = ' + '\n\t'.join(f'"{n}\\0"' for _, n in names or [(0, '')]) + ';\n'
    yield array('u32', 'stack_row_address', [a - start for a, _ in rows])
    yield array('u16', 'stack_row_words', [w for _, w in rows])


def main():
    nm, readelf, kernel, output = sys.argv[1:]
    with open(output, 'w', encoding='ascii') as file:
        file.writelines(tables(nm, readelf, kernel))


if __name__ == '__main__':
    main()
