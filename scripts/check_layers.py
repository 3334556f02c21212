#!/usr/bin/env python3
"""Fails where a folder of common/ includes what its weir_layer() line does not name.

The allowed edges are read from common/CMakeLists.txt itself, so there is no second list to forget.
origin/ and edge/ may use all of common/ and web/, and not each other.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYER = re.compile(r"weir_layer\((\w+)([^)]*)\)")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
WORDS = {"FOLDER", "DEPS", "LIBS"}
GROUPS = ("formats", "protocols")  # folders of folders: formats/flv is the layer `flv`


def layer_of(path: str) -> str:
    parts = path.split("/")
    return parts[1] if parts[0] in GROUPS else parts[0]


def declared() -> dict[str, set[str]]:
    layers: dict[str, set[str]] = {}
    for name, body in LAYER.findall((ROOT / "common/CMakeLists.txt").read_text()):
        section, deps = "", set()
        for word in body.split():
            if word in WORDS:
                section = word
            elif section == "DEPS":
                deps.add(word)
        unknown = deps - layers.keys()
        if unknown:
            sys.exit(f"common/CMakeLists.txt: {name} names {sorted(unknown)}, which is not above it")
        layers[name] = deps
    return layers


def main() -> int:
    layers = declared()
    wrong = 0
    for folder in ("common", "origin", "edge"):
        for file in sorted((ROOT / folder).rglob("*.[hc]*")):
            if file.suffix not in (".h", ".cc"):
                continue
            inside = file.relative_to(ROOT / folder).as_posix()
            for included in INCLUDE.findall(file.read_text()):
                target = layer_of(included)
                if folder != "common":
                    fine = target in layers or included.startswith((folder + "/", "web/"))
                else:
                    own = layer_of(inside)
                    fine = target == own or target in layers[own]
                if not fine:
                    wrong += 1
                    print(f"{folder}/{inside}: may not include {included}")
    print(f"{len(layers)} layers, {wrong} forbidden includes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
