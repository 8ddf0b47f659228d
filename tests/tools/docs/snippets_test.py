#!/usr/bin/env python3
"""snippets.py finds every way in which a document and its files can part."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import snippets  # noqa: E402

CODE = "int before;\nstruct s {\n  // README: body\n  int a;\n    int b;\n  // README end\n};\n"


class snippets_test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        (self.root / "code.cpp").write_text(CODE)
        (self.root / "whole.toml").write_text('# README: x\nvsn = "1"\n# README end\nup = 2\n')

    def tearDown(self):
        self.folder.cleanup()

    def problems(self, text, write=False):
        document = self.root / "README.md"
        document.write_text(text)
        return snippets.check(document, self.root, write)[0]

    def test_equal_region_without_its_indentation(self):
        self.assertEqual(self.problems("<!-- snippet: code.cpp body -->\n```cpp\nint a;\n  int b;\n```\n"), [])

    def test_whole_file_without_its_marks(self):
        self.assertEqual(self.problems('<!-- snippet: whole.toml -->\n```toml\nvsn = "1"\nup = 2\n```\n'), [])

    def test_a_difference_names_line_and_both_texts(self):
        (problem,) = self.problems("<!-- snippet: code.cpp body -->\n```cpp\nint a;\n  int c;\n```\n")
        self.assertIn("README.md:4", problem)
        self.assertIn("int b;", problem)
        self.assertIn("int c;", problem)

    def test_missing_and_additional_lines(self):
        self.assertEqual(len(self.problems("<!-- snippet: code.cpp body -->\n```cpp\nint a;\n```\n")), 1)
        self.assertEqual(len(self.problems("<!-- snippet: code.cpp body -->\n```cpp\nint a;\n  int b;\nint c;\n```\n")), 1)

    def test_block_without_origin(self):
        self.assertIn("does not say", self.problems("text\n```cpp\nint a;\n```\n")[0])

    def test_unknown_file_and_region(self):
        self.assertIn("does not exist", self.problems("<!-- snippet: gone.cpp body -->\n```\n```\n")[0])
        self.assertIn("0 regions", self.problems("<!-- snippet: code.cpp gone -->\n```\n```\n")[0])

    def test_region_without_end(self):
        (self.root / "code.cpp").write_text("// README: body\nint a;\n")
        self.assertIn("no `README end`", self.problems("<!-- snippet: code.cpp body -->\n```\nint a;\n```\n")[0])

    def test_block_never_closed(self):
        with self.assertRaises(ValueError):
            self.problems("<!-- snippet: code.cpp body -->\n```cpp\nint a;\n")

    def test_write_takes_the_files_text(self):
        text = "a\n<!-- snippet: code.cpp body -->\n```cpp\nold\n```\nb\n<!-- session: s -->\n```console\n$ x\n```\n"
        self.assertEqual(self.problems(text, write=True), [])
        written = (self.root / "README.md").read_text()
        self.assertEqual(written, text.replace("old\n", "int a;\n  int b;\n"))

    def test_a_document_without_blocks_is_refused(self):
        (self.root / "README.md").write_text("nothing\n")
        sys.argv = ["snippets.py", str(self.root / "README.md"), "--root", str(self.root)]
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(snippets.main(), 1)


if __name__ == "__main__":
    unittest.main()
