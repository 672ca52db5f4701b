"""Writes .proto files from the names and numbers that the official Python client carries.

    python describe.py OUTPUT [--entries]

The client (qdrant-client) holds compiled descriptors: what messages, fields, enums and services there
are, and their numbers. That is all that is taken.

With --entries, maps are written as the lists of entries that they are on the wire. Swift's code is made
of these: a dictionary of Swift takes keys for equal that have other bytes, and forgets their order.
"""
import pathlib
import sys

import qdrant_client.grpc  # noqa: F401, registers the descriptors
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor

FILES = [
    "json_with_int.proto", "qdrant_common.proto", "collections.proto", "points.proto",
    "collections_service.proto", "points_service.proto", "snapshots_service.proto", "qdrant.proto",
]
SCALARS = {
    getattr(FieldDescriptor, name): name[5:].lower()
    for name in dir(FieldDescriptor) if name.startswith("TYPE_")
}


ENTRIES = "--entries" in sys.argv


def is_map(field):
    return field.message_type and field.message_type.GetOptions().map_entry


def type_name(field):
    named = field.message_type or field.enum_type
    return "." + named.full_name if named else SCALARS[field.type]


def option(descriptor):
    return " [deprecated = true]" if descriptor.GetOptions().deprecated else ""


def field_line(field):
    if is_map(field) and not ENTRIES:
        key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
        kind = f"map<{type_name(key)}, {type_name(value)}>"
    else:
        label = ""
        if field.is_repeated or is_map(field):
            label = "repeated "
        elif field.containing_oneof and field.containing_oneof.name.startswith("_"):
            label = "optional "
        kind = label + type_name(field)
    return f"{kind} {field.name} = {field.number}{option(field)};"


def enum_lines(enum):
    yield f"enum {enum.name} {{"
    for value in enum.values:
        yield f"  {value.name} = {value.number}{option(value)};"
    yield "}"


def message_lines(message):
    yield f"message {message.name} {{"
    for enum in message.enum_types:
        yield from ("  " + line for line in enum_lines(enum))
    for nested in message.nested_types:
        if ENTRIES or not nested.GetOptions().map_entry:
            yield from ("  " + line for line in message_lines(nested))
    written = set()
    for field in message.fields:
        choice = field.containing_oneof
        if choice is None or choice.name.startswith("_"):
            yield "  " + field_line(field)
        elif choice.name not in written:
            written.add(choice.name)
            yield f"  oneof {choice.name} {{"
            yield from ("    " + field_line(option) for option in choice.fields)
            yield "  }"
    yield "}"


def service_lines(service):
    yield f"service {service.name} {{"
    for method in service.methods:
        yield (f"  rpc {method.name}(.{method.input_type.full_name}) "
               f"returns (.{method.output_type.full_name});")
    yield "}"


def file_lines(file):
    yield "// Made by tools/protobuf/generate from the names and numbers of Qdrant's public interface."
    yield 'syntax = "proto3";'
    yield f"package {file.package};"
    yield from (f'import "{other.name}";' for other in file.dependencies)
    for enum in file.enum_types_by_name.values():
        yield ""
        yield from enum_lines(enum)
    for message in file.message_types_by_name.values():
        yield ""
        yield from message_lines(message)
    for service in file.services_by_name.values():
        yield ""
        yield from service_lines(service)


def main():
    pool = descriptor_pool.Default()
    for name in FILES:
        text = "\n".join(file_lines(pool.FindFileByName(name))) + "\n"
        pathlib.Path(sys.argv[1], name).write_text(text)


main()
