#!/usr/bin/env python3
"""Every fenced block of a document comes from somewhere that is compiled or run, and says from where.

The line before a block is one of
  <!-- snippet: PATH [REGION] -->   the text of a file, or of its region from `// README: REGION` to `// README end` (`#` in TOML, CMake)
  <!-- session: NAME -->            a console session, replayed by session.py
  <!-- not run: WHY -->             neither; the reason is shown by --list
"""
import argparse
import re
import sys
import textwrap
from pathlib import Path

MARK = re.compile(r"^<!-- (snippet|session|not run): (.+?) -->$")


def region_of(file, name):
    """The lines of a marked region, without its indentation. ValueError where it is absent, doubled or not ended."""
    begin = re.compile(r"^\s*(//|#) README: " + re.escape(name) + r"$")
    end = re.compile(r"^\s*(//|#) README end$")
    lines = file.read_text().splitlines()
    starts = [n for n, line in enumerate(lines) if begin.match(line)]
    if len(starts) != 1:
        raise ValueError(f"{file} has {len(starts)} regions `README: {name}`, one is needed")
    for stop in range(starts[0] + 1, len(lines)):
        if end.match(lines[stop]):
            return textwrap.dedent("\n".join(lines[starts[0] + 1 : stop])).strip("\n").splitlines()
    raise ValueError(f"{file}: region `README: {name}` has no `README end`")


def source_of(root, what):
    path, _, region = what.partition(" ")
    file = root / path
    if not file.is_file():
        raise ValueError(f"{path} does not exist")
    if region:
        return region_of(file, region)
    return [line for line in file.read_text().strip("\n").splitlines() if not re.match(r"^\s*(//|#) README( end$|: )", line)]


def blocks_of(document):
    """(number of the opening line, mark's kind or None, mark's text, number of the closing line), all from 0."""
    lines = document.read_text().splitlines()
    found, opened = [], None
    for n, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened is None:
            opened = n
            continue
        mark = MARK.match(lines[opened - 1]) if opened else None
        found.append((opened, mark and mark.group(1), mark and mark.group(2), n))
        opened = None
    if opened is not None:
        raise ValueError(f"{document}:{opened + 1}: this block is never closed")
    return lines, found


def check(document, root, write):
    lines, blocks = blocks_of(document)
    problems = []
    for opened, kind, text, closed in reversed(blocks):
        where = f"{document.name}:{opened + 1}"
        if kind is None:
            problems.append(f"{where}: this block does not say where it comes from; put `<!-- snippet: PATH REGION -->` before it")
        elif kind == "snippet":
            try:
                source = source_of(root, text)
            except ValueError as wrong:
                problems.append(f"{where}: {wrong}")
                continue
            shown = lines[opened + 1 : closed]
            if write:
                lines[opened + 1 : closed] = source
            elif shown != source:
                at = next((n for n, pair in enumerate(zip(shown, source)) if pair[0] != pair[1]), min(len(shown), len(source)))
                theirs = source[at] if at < len(source) else "(nothing)"
                ours = shown[at] if at < len(shown) else "(nothing)"
                problems.append(f"{document.name}:{opened + 2 + at}: differs from {text}:\n  file   {theirs}\n  README {ours}")
    if write:
        document.write_text("\n".join(lines) + "\n")
    return list(reversed(problems)), blocks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document", type=Path)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[3], help="what the paths are relative to")
    parser.add_argument("--write", action="store_true", help="take the snippets over from the files")
    parser.add_argument("--list", action="store_true", help="tell where each block comes from")
    options = parser.parse_args()
    problems, blocks = check(options.document, options.root, options.write)
    if options.list:
        for opened, kind, text, _ in blocks:
            print(f"{options.document.name}:{opened + 1}: {kind}: {text}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems and not blocks:
        print(f"{options.document} has no block at all", file=sys.stderr)
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
