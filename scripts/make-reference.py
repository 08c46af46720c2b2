#!/usr/bin/env python3
"""Writes the command part of docs/reference.md from what the program says of itself.

usage: make-reference.py ONESHOT [--check]
With --check nothing is written; the exit code is 1 when the page is not what the program says.
"""

import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "reference.md"
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"
EVERYWHERE = {"workspace", "json", "quiet", "verbose", "help", "version"}


def option_name(argument):
    if argument["kind"] == "positional":
        return argument.get("valueName", "").upper() + ("…" if argument.get("isRepeating") else "")
    names = []
    for name in argument.get("names", []):
        names.append({"long": "--", "short": "-", "longWithSingleDash": "-"}[name["kind"]] + name["name"])
    text = ", ".join(sorted(names, key=len, reverse=True))
    return text + (f" {argument['valueName'].upper()}" if argument["kind"] == "option" else "")


def is_everywhere(argument):
    return any(name["name"] in EVERYWHERE for name in argument.get("names", []))


def describe(command, path):
    path = path + [command["commandName"]]
    subcommands = [sub for sub in command.get("subcommands", []) if sub["commandName"] != "help"]
    if not subcommands:
        yield f"### {' '.join(path)}"
        yield ""
        yield command.get("abstract", "")
        yield ""
        rows = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True) and not is_everywhere(a)]
        if rows:
            yield "| argument | meaning |"
            yield "| --- | --- |"
            for argument in rows:
                text = " ".join(argument.get("abstract", "").split()).replace("|", "\\|")
                default = argument.get("defaultValue")
                text += f" (default: {default})" if default else ""
                yield f"| `{option_name(argument)}` | {text} |"
            yield ""
    for subcommand in subcommands:
        yield from describe(subcommand, path)


def main():
    program, check = sys.argv[1], "--check" in sys.argv[2:]
    dump = subprocess.run([program, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    body = "\n".join(describe(json.loads(dump)["command"], []))
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    wanted = f"{before}{BEGIN}\n\n{body}\n{END}{after}"
    if page == wanted:
        return 0
    if check:
        print("docs/reference.md is not what the program says; run 'make reference'", file=sys.stderr)
        return 1
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
