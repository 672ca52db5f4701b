#!/usr/bin/env python3
"""Makes the manual pages of what a command says of itself.

usage: manual.py BINARY FOLDER

Writes FOLDER/kindred.1, and FOLDER/kindred-COMMAND.1 for every command.
"""
import json
import pathlib
import subprocess
import sys

FILES = """.SH FILES
.TP
.I DIR/kindred.sock
The control socket of the daemon of a data directory.
.TP
.I /etc/kindred/kindred.json
Settings of the system's daemon, if Debian's package is installed.
.TP
.I /var/lib/kindred
Its data and its backups.
"""


def escaped(text):
    """As roff prints it; a line's first dot or quote is not one of its requests."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in text.split("\n"))


def paragraphs(text):
    """Lines that are indented are examples."""
    for block in text.strip("\n").split("\n\n"):
        if block.startswith("  "):
            yield ".PP\n.nf\n.RS 2\n" + escaped(block.replace("\n  ", "\n")[2:]) + "\n.RE\n.fi"
        else:
            yield ".PP\n" + escaped(block)


def names(argument):
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return "\\fI" + escaped(value.upper()) + "\\fR"
    spelled = ["-" + name["name"] if name["kind"] == "short" else "--" + name["name"]
               for name in argument["names"]]
    flags = ", ".join("\\fB" + escaped(name) + "\\fR" for name in spelled)
    return flags + (" \\fI" + escaped(value) + "\\fR" if argument["kind"] == "option" else "")


def described(argument):
    text = " ".join(filter(None, [argument.get("abstract"), argument.get("discussion")]))
    if argument.get("allValues") and argument["allValues"][0] not in text:
        text += f" One of {', '.join(argument['allValues'])}."
    if argument.get("defaultValue"):
        text += f" Default: {argument['defaultValue']}."
    return escaped(text.strip())


def usage(arguments):
    words = []
    for argument in arguments:
        if argument["kind"] == "flag" and argument["names"][-1]["name"] in ("help", "version"):
            continue
        word = names({**argument, "names": argument.get("names", [])[-1:]})
        if argument.get("isRepeating"):
            word += " ..."
        words.append("[" + word + "]" if argument["isOptional"] else word)
    return " ".join(words)


def page(command, path, version):
    title = "-".join(path)
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    subcommands = [c for c in command.get("subcommands", [])
                   if c.get("shouldDisplay", True) and c["commandName"] != "help"]
    out = [f'.TH {title.upper()} 1 "" "Kindred {version}" "Kindred"', ".SH NAME",
           f"{escaped(title)} \\- {escaped(command['abstract'].rstrip('.'))}", ".SH SYNOPSIS",
           f"\\fB{escaped(' '.join(path))}\\fR "
           + ("\\fIcommand\\fR ..." if subcommands else usage(arguments))]
    if command.get("discussion"):
        out += [".SH DESCRIPTION", *paragraphs(command["discussion"])]
    if subcommands:
        out.append(".SH COMMANDS")
        for one in subcommands:
            out += [".TP", f"\\fB{escaped(title + '-' + one['commandName'])}\\fR(1)",
                    escaped(one["abstract"])]
    if arguments:
        out.append(".SH OPTIONS")
        for argument in arguments:
            out += [".TP", names(argument), described(argument) or "\\&"]
    if len(path) == 1:
        out.append(FILES.rstrip())
    else:
        out += [".SH SEE ALSO", ", ".join(
            f"\\fB{escaped(one)}\\fR(1)" for one in dict.fromkeys([path[0], "-".join(path[:-1])]))]
    return title, "\n".join(out) + "\n"


def pages(command, path, version):
    yield page(command, path, version)
    for one in command.get("subcommands", []):
        if one["commandName"] != "help":
            yield from pages(one, [*path, one["commandName"]], version)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    binary, folder = sys.argv[1:]
    def said(*arguments):
        return subprocess.run([binary, *arguments], check=True, capture_output=True, text=True).stdout
    root = json.loads(said("--experimental-dump-help"))["command"]
    for title, text in pages(root, [root["commandName"]], said("--version").strip()):
        pathlib.Path(folder, title + ".1").write_text(text)


main()
