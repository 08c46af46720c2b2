import unittest

from tally import count_lines


class CountLines(unittest.TestCase):
    def test_blank_lines_do_not_count(self):
        self.assertEqual(count_lines("a\n\n  \nb\n"), 2)

    def test_nothing_has_no_lines(self):
        self.assertEqual(count_lines(""), 0)
