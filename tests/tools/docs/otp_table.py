#!/usr/bin/env python3
"""Every test that tests/otp.md names exists: `suite.name`, or `.name` of the suite before it."""
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[3]
document = root / "tests/otp.md"
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.M)
known = {}
for file in (root / "tests").rglob("*.cpp"):
    for suite, name in TEST.findall(file.read_text()):
        known.setdefault(suite, set()).add(name)
names = {name for of_suite in known.values() for name in of_suite}

problems = []
for number, line in enumerate(document.read_text().splitlines(), 1):
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
    if len(cells) < 4 or cells[2] in ("test", "why") or set(cells[2]) <= set("-"):
        continue
    for suite, name in re.findall(r"(\w*)\.(\w+_\w+)", cells[2]):
        if suite and suite in known and name not in known[suite]:
            problems.append(f"tests/otp.md:{number}: no test {suite}.{name}")
        elif name not in names:
            problems.append(f"tests/otp.md:{number}: no test {name}")
for problem in problems:
    print(problem, file=sys.stderr)
print(f"{document.name}: {sum(len(v) for v in known.values())} tests known, {len(problems)} problems")
sys.exit(1 if problems else 0)
