#!/usr/bin/env python3
"""session.py finds what differs and forgives only what must."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import session  # noqa: E402

DOCUMENT = """text
<!-- session: first -->
```console
$ one
pid is <0.17.1> after 1.5 ms
$ two
100
```
"""


class session_test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.document = Path(self.folder.name) / "README.md"
        self.document.write_text(DOCUMENT)

    def tearDown(self):
        self.folder.cleanup()

    def replay(self, printed, write=False):
        return session.replay(self.document, "first", lambda command: printed[command], write)

    def test_pids_times_and_blanks_may_differ(self):
        self.assertEqual(self.replay({"one": ["pid is <0.4.9>  after 20 ms"], "two": ["100"]}), [])

    def test_a_number_may_not(self):
        difference = self.replay({"one": ["pid is <0.17.1> after 1.5 ms"], "two": ["101"]})
        self.assertEqual(difference, ["$ two", "  README 100", "  real   101"])

    def test_missing_and_additional_lines(self):
        self.assertTrue(self.replay({"one": [], "two": ["100"]}))
        self.assertTrue(self.replay({"one": ["pid is <0.17.1> after 1.5 ms"], "two": ["100", "more"]}))

    def test_write(self):
        self.replay({"one": ["a", "b"], "two": []}, write=True)
        self.assertEqual(self.document.read_text(), "text\n<!-- session: first -->\n```console\n$ one\na\nb\n$ two\n```\n")

    def test_unknown_session(self):
        with self.assertRaises(ValueError):
            session.replay(self.document, "second", lambda command: [], False)

    def test_a_session_begins_with_a_command(self):
        with self.assertRaises(ValueError):
            session.steps_of(["100", "$ one"])
        with self.assertRaises(ValueError):
            session.steps_of([])

    def test_real_commands(self):
        shell = session.shell([], Path("/some/releases"), "/nowhere", 10)
        self.assertEqual(shell.run("echo REL/a $PATCHBAY_DATA; echo b >&2; false"), ["REL/a DATA", "b"])
        self.assertEqual(shell.start("echo patchbay: ready: x "), ["patchbay: ready: x"])
        shell.close()
        with self.assertRaises(ValueError):
            shell.start("echo it failed ")
        shell.close()


if __name__ == "__main__":
    unittest.main()
