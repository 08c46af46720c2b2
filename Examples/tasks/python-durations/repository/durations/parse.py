import re

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}

_PART = re.compile(r"(\d+(?:\.\d+)?)([dhms])")


def parse(text):
    """The seconds in a duration such as ``90m``."""
    match = _PART.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not a duration: {text!r}")
    number, unit = match.groups()
    return float(number) * SECONDS[unit]
