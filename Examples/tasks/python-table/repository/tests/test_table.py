import io

from salestable.table import read, render


def test_numbers_are_numbers():
    table = read(io.StringIO("a,b,c\nx,1,2.5\n"))
    assert table.columns == ["a", "b", "c"]
    assert table.rows == [["x", 1, 2.5]]


def test_rendered():
    text = render(read(io.StringIO("name,n\nx,1\n")))
    assert text.splitlines() == ["| name   |   n |", "|--------|-----|", "| x      |   1 |"]
