#!/usr/bin/env python3
"""Replays a document's console session with the real programs and compares what they print.

A session is a block after `<!-- session: NAME -->`: lines that begin with `$ ` are commands, the lines below each are what it prints.
`$ patchbay start … &` starts the host and waits for its ready line. What differs from run to run is compared modulo itself: pids, times,
sizes, build-ids, keys. Commands run in an empty directory. REL stands for the directory of the releases, DATA for the host's data directory.
"""
import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import snippets  # noqa: E402

READY = "patchbay: ready: "
VARYING = [
    (re.compile(r"<\d+\.\d+\.\d+>"), "<PID>"),
    (re.compile(r"\bRW[A-Za-z0-9+/]{54}"), "KEY"),
    (re.compile(r"\bkey [0-9A-F]{1,16}\b"), "key ID"),
    (re.compile(r"\bpid \d+"), "pid N"),
    (re.compile(r"\binode \d+"), "inode N"),
    (re.compile(r"\b\d+(\.\d+)? ?(ns|us|µs|ms|s)\b"), "TIME"),
    (re.compile(r"\b[0-9a-f]{16,40}\b"), "HEX"),
    (re.compile(r"0x[0-9a-f]+"), "ADDRESS"),
    (re.compile(r"\b\d+ (words?|workers?)\b"), r"N \1"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?\b"), "DATE"),
    (re.compile(r"[ \t]+"), " "),
]


def plain(line):
    for pattern, word in VARYING:
        line = pattern.sub(word, line)
    return line.strip()


def steps_of(lines):
    """[(command, lines printed)] of a block's lines."""
    steps = []
    for line in lines:
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif steps:
            steps[-1][1].append(line)
        else:
            raise ValueError(f"the session begins with {line!r}, not with a command")
    if not steps:
        raise ValueError("the session has no command")
    return steps


class shell:
    """Runs a session's commands; at most one host, which ends with it."""

    def __init__(self, path, releases, data, limit):
        self.releases, self.limit, self.host = releases, limit, None
        self.folder = os.path.dirname(data) or "."
        self.environment = dict(os.environ, PATCHBAY_DATA=data, PATH=os.pathsep.join([*path, os.environ["PATH"]]), NO_COLOR="1", LC_ALL="C.UTF-8")

    def run(self, command):
        line = re.sub(r"\bREL/", str(self.releases).rstrip("/") + "/", command)
        if line.endswith("&"):
            return self.start(line[:-1])
        done = subprocess.run(["bash", "-c", line], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=self.limit, text=True)
        return self.shown(done.stdout)

    def start(self, line):
        self.host = subprocess.Popen(shlex.split(line), env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True)
        printed = []
        signal.signal(signal.SIGALRM, self.too_late)
        signal.alarm(self.limit)
        for line in self.host.stdout:
            printed.append(line)
            if line.startswith(READY):
                break
        signal.alarm(0)
        if not printed or not printed[-1].startswith(READY):
            raise ValueError("the host ended before it was ready: " + "".join(printed))
        return self.shown(printed[-1])

    def too_late(self, *_):
        self.host.kill()

    def shown(self, text):
        for long, short in ((str(self.releases).rstrip("/"), "REL"), (self.environment["PATCHBAY_DATA"], "DATA")):
            text = text.replace(long, short)
        return [line.rstrip() for line in text.splitlines()]

    def close(self):
        if self.host:
            self.host.terminate()
            try:
                self.host.wait(self.limit)
            except subprocess.TimeoutExpired:
                self.host.kill()
                self.host.wait()
            self.host.stdout.close()


def replay(document, name, run, write):
    """Differences as text lines. With write the document gets what was printed."""
    lines, blocks = snippets.blocks_of(document)
    chosen = [(opened, closed) for opened, kind, text, closed in blocks if kind == "session" and text == name]
    if len(chosen) != 1:
        raise ValueError(f"{document} has {len(chosen)} sessions {name!r}, one is needed")
    opened, closed = chosen[0]
    differences, real = [], []
    for command, expected in steps_of(lines[opened + 1 : closed]):
        printed = run(command)
        real += ["$ " + command, *printed]
        if [plain(x) for x in expected] != [plain(x) for x in printed]:
            differences += [f"$ {command}", *(f"  README {x}" for x in expected), *(f"  real   {x}" for x in printed)]
    if write:
        lines[opened + 1 : closed] = real
        document.write_text("\n".join(lines) + "\n")
        return []
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document", type=Path)
    parser.add_argument("session", help="its name")
    parser.add_argument("--path", action="append", default=[], help="directory of the programs; may be repeated")
    parser.add_argument("--releases", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=30, help="seconds for each command")
    parser.add_argument("--write", action="store_true", help="put what was printed into the document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        commands = shell(options.path, options.releases, folder + "/data", options.limit)
        try:
            differences = replay(options.document, options.session, commands.run, options.write)
        finally:
            commands.close()
    print("\n".join(differences), file=sys.stderr)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
