import pytest

from durations import parse


@pytest.mark.parametrize("text, seconds", [("90m", 5400), ("2h", 7200), (" 1d ", 86400), ("0.5s", 0.5)])
def test_one_part(text, seconds):
    assert parse(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "10", "10x", "-1h", "1.h", "1 h"])
def test_errors_quote_the_text(text):
    with pytest.raises(ValueError, match="not a duration") as caught:
        parse(text)
    assert repr(text) in str(caught.value)
