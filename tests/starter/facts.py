#!/usr/bin/env python3
"""Compares models/starter/facts.json, from which the starter model learns, with what siskin's help says.

    facts.py build/release/siskin

Fails for what the model would say and siskin does not have, and for a default that differs. What siskin has and the list
lacks is printed; the model does not know it.
"""

import json
import pathlib
import re
import subprocess
import sys

FACTS = json.loads((pathlib.Path(__file__).parent.parent.parent / "models" / "starter" / "facts.json").read_text())


def help_text(siskin, *command):
    return subprocess.run([siskin, *command, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout


def flags_of(text):
    """Every flag in a help text -> the default in its description, or None."""
    found = {}
    for entry in re.split(r"\n(?=  -)", text)[1:]:
        entry = " ".join(entry.split())
        names = re.match(r"(?:--?[\w-]+(?: [A-Z]+)?(?:, )?)+", entry).group(0)
        default = re.search(r"\[([^\]]*)\]$", entry)
        aliases = re.findall(r"\((-[\w-]+)\)", entry)
        for name in re.findall(r"--?[\w-]+", names) + aliases:
            found[name] = default and default.group(1)
    return found


def main():
    siskin = sys.argv[1]
    general = help_text(siskin)
    problems, unknown = [], []
    commands = re.findall(r"^  (\w+)  ", general, re.M)
    problems += [f"no command {name}" for name in FACTS["commands"] if name not in commands]
    unknown += [f"command {name}" for name in commands if name not in FACTS["commands"]]
    for command in filter(commands.__contains__, FACTS["commands"]):
        flags, listed = flags_of(help_text(siskin, command)), set()
        for fact in FACTS["flags"].values():
            if command not in fact["commands"]:
                continue
            listed.update(fact["names"])
            missing = [name for name in fact["names"] if name not in flags]
            problems += [f"siskin {command} has no {name}" for name in missing]
            shown = flags.get(fact["names"][-1] if not missing else None)
            if not missing and "default" in fact and shown is not None and float_or_text(shown) != float_or_text(fact["default"]):
                problems.append(f"siskin {command} {fact['names'][0]}: default {shown}, listed as {fact['default']}")
        unknown += [f"siskin {command} {name}" for name in flags if name not in listed]
    codes = dict(re.findall(r"\b(\d+) ([a-zA-Z][\w /]*)", general[general.index("Exit codes") :].replace("\n", " ")))
    problems += [f"no exit code {code}" for code in FACTS["exit_codes"] if code not in codes]
    unknown += [f"exit code {code}" for code in codes if code not in FACTS["exit_codes"]]
    problems += [f"{name} is not in siskin --help" for name in FACTS["environment"] if name not in general]
    for line in unknown:
        print("not in facts.json:", line)
    for line in problems:
        print("wrong in facts.json:", line)
    return 1 if problems else 0


def float_or_text(text):
    try:
        return float(text)
    except ValueError:
        return text


if __name__ == "__main__":
    sys.exit(main())
