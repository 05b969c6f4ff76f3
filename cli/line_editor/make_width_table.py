"""Writes width_table.inc from the character database of this Python: python3 make_width_table.py > width_table.inc"""
import unicodedata

JAMO = [(0x1160, 0x11FF), (0xD7B0, 0xD7FF)]  # vowels and finals, which join the syllable before them
PLANES = [(0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]  # ideographs, also those not assigned yet


def inside(c, ranges):
    return any(first <= c <= last for first, last in ranges)


def is_zero(c):
    return inside(c, JAMO) or (c != 0xAD and unicodedata.category(chr(c)) in ("Mn", "Me", "Cf"))


def is_wide(c):
    return inside(c, PLANES) or unicodedata.east_asian_width(chr(c)) in "WF"


def ranges(wanted):
    found = []
    for c in range(0x80, 0x110000):
        if 0xD800 <= c < 0xE000 or not wanted(c):
            continue
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def table(name, wanted):
    print(f"constexpr Range {name}[] = {{")
    line = "   "
    for first, last in ranges(wanted):
        item = f" {{0x{first:x}, 0x{last:x}}},"
        if len(line) + len(item) > 120:
            print(line)
            line = "   "
        line += item
    print(line + "\n};")


print(f"// Unicode {unicodedata.unidata_version}, made by make_width_table.py.")
table("kZeroWidth", is_zero)
table("kWide", lambda c: is_wide(c) and not is_zero(c))
