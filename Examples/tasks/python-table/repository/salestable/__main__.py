import argparse
import sys

from .table import read, render


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="salestable")
    parser.add_argument("file")
    options = parser.parse_args(arguments)
    with open(options.file, newline="") as file:
        print(render(read(file)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
