"""gRPC requests that no client should send, and what keeps them from doing harm."""
import concurrent.futures
import contextlib
import gzip
import os
import random
import signal
import socket
import struct
import tempfile
import time
import zlib

import grpc
import h2.config
import h2.connection
import h2.events
import h2.exceptions
import pytest
import qdrant_client.grpc as q
from google.protobuf import descriptor_pool
from grpc import StatusCode
from qdrant_client import models

from conftest import Daemon, running_daemon
from test_grpc import call, code_of, raw


@pytest.fixture(scope="module")
def daemon():
    with running_daemon() as daemon:
        client = daemon.over_grpc()
        client.create_collection(
            "c", vectors_config={}, sparse_vectors_config={"s": models.SparseVectorParams()})
        yield daemon
        # It has lived through all of it, and ends as it should.
        assert client.collection_exists("c")
        assert daemon.stop() == 0


@pytest.fixture
def channel(daemon):
    with grpc.insecure_channel(f"127.0.0.1:{daemon.grpc_port}") as channel:
        yield channel


class Wire:
    """HTTP/2 by hand."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            validate_outbound_headers=False, normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self.flush()
        self.events = []

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def begin(self, path, **fields):
        stream = self.h2.get_next_available_stream_id()
        headers = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost",
                   "content-type": "application/grpc", "te": "trailers"}
        headers |= {name.replace("_", "-"): value for name, value in fields.items()}
        headers = {(":method" if name == "method" else name): v for name, v in headers.items()}
        headers = {name: headers[name] for name in sorted(headers, key=lambda n: n[0] != ":")}
        self.h2.send_headers(stream, list(headers.items()), end_stream=False)
        return stream

    def send(self, stream, data, end=True):
        for start in range(0, len(data), 16384):
            self.h2.send_data(stream, data[start:start + 16384])
        if end:
            self.h2.end_stream(stream)
        self.flush()

    def outcome(self, stream):
        """What came back on a stream: its fields, those at its end included, or "reset" or "closed"."""
        fields = {}
        while True:
            while self.events:
                event = self.events.pop(0)
                if isinstance(event, (h2.events.ConnectionTerminated,)):
                    return "closed"
                if getattr(event, "stream_id", None) != stream:
                    continue
                if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    fields |= {(n.decode() if isinstance(n, bytes) else n):
                               (v.decode() if isinstance(v, bytes) else v)
                               for n, v in event.headers}
                elif isinstance(event, h2.events.StreamEnded):
                    return fields
                elif isinstance(event, h2.events.StreamReset):
                    return "reset"
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return "closed"
            if not data:
                return "closed"
            self.events += self.h2.receive_data(data)
            self.flush()

    def close(self):
        self.socket.close()


@pytest.fixture
def wire(daemon):
    wire = Wire(daemon.grpc_port)
    yield wire
    wire.close()


def framed(message, flag=0, length=None):
    return struct.pack(">BI", flag, len(message) if length is None else length) + message


COUNT = q.CountPoints(collection_name="c").SerializeToString()
PATH = "/qdrant.Points/Count"
OK, INVALID, NOT_FOUND, EXHAUSTED, UNIMPLEMENTED, INTERNAL = "0", "3", "5", "8", "12", "13"


@pytest.mark.parametrize("body, fields, status", [
    (framed(COUNT), {}, OK),
    (framed(gzip.compress(COUNT), 1), {"grpc_encoding": "gzip"}, OK),
    (framed(zlib.compress(COUNT), 1), {"grpc_encoding": "deflate"}, OK),
    (framed(COUNT), {"grpc_encoding": "gzip"}, OK),
    (b"", {}, INTERNAL),
    (b"\0\0\0", {}, INTERNAL),
    (framed(COUNT)[:-1], {}, INTERNAL),
    (framed(COUNT) + b"\0", {}, INTERNAL),
    (framed(COUNT) * 2, {}, INTERNAL),
    (framed(COUNT, 2), {}, INTERNAL),
    (framed(COUNT, 1), {}, INTERNAL),
    (framed(b"no gzip", 1), {"grpc_encoding": "gzip"}, INVALID),
    (framed(gzip.compress(COUNT)[:-4], 1), {"grpc_encoding": "gzip"}, INVALID),
    (framed(COUNT), {"grpc_encoding": "snappy"}, UNIMPLEMENTED),
    (framed(gzip.compress(bytes(40 << 20)), 1), {"grpc_encoding": "gzip"}, EXHAUSTED),
    (framed(b"", length=(32 << 20) + 1), {}, EXHAUSTED),
    (framed(b"", length=2**32 - 1), {}, EXHAUSTED),
    (framed(b"\xff" * 30), {}, INVALID),
    (framed(COUNT), {"grpc_timeout": "soon"}, INTERNAL),
    (framed(COUNT), {"grpc_timeout": "99999999H"}, OK),
    (framed(COUNT), {"grpc_timeout": "100000000S"}, INTERNAL),
])
def test_messages_that_are_not_as_they_should_be(wire, body, fields, status):
    stream = wire.begin(PATH, **fields)
    wire.send(stream, body)
    outcome = wire.outcome(stream)
    assert outcome["grpc-status"] == status, outcome
    # The connection is as good as before.
    stream = wire.begin(PATH)
    wire.send(stream, framed(COUNT))
    assert wire.outcome(stream)["grpc-status"] == OK


def test_a_message_that_is_too_large_is_told_the_limit(channel):
    points = [q.PointStruct(id=q.PointId(num=1), payload={"a": q.Value(string_value="x" * (33 << 20))})]
    request = q.UpsertPoints(collection_name="c", points=points)
    for compression in [grpc.Compression.NoCompression, grpc.Compression.Gzip]:
        with pytest.raises(grpc.RpcError) as error:
            call(channel, "qdrant.Points/Upsert", request, timeout=60, compression=compression)
        assert error.value.code() is StatusCode.RESOURCE_EXHAUSTED
        assert "the message is larger than the allowed 33554432 bytes" in error.value.details()


def test_the_call_that_is_none(wire):
    for path in ["/", "/qdrant.Points", "/qdrant.Points/Nothing", "/qdrant.points/Count", "*"]:
        stream = wire.begin(path)
        wire.send(stream, framed(COUNT))
        assert wire.outcome(stream)["grpc-status"] == UNIMPLEMENTED
    stream = wire.begin(PATH, content_type="application/json")
    wire.send(stream, b"{}")
    assert wire.outcome(stream)[":status"] == "415"
    stream = wire.begin(PATH, method="GET")
    wire.send(stream, b"")
    assert wire.outcome(stream)[":status"] == "405"
    stream = wire.begin(PATH, **{":authority": "evil.example"})
    wire.send(stream, framed(COUNT))
    assert wire.outcome(stream)["grpc-status"] == "7"
    stream = wire.begin(PATH, origin="https://evil.example")
    wire.send(stream, framed(COUNT))
    assert wire.outcome(stream)["grpc-status"] == "7"


def test_a_few_bytes_that_stand_for_much_are_refused(channel):
    # Every two bytes are a point.
    points = raw(b"\x0a\x01c" + b"\x1a\x00" * (8 << 20))
    assert code_of(channel, "qdrant.Points/Upsert", points) is StatusCode.RESOURCE_EXHAUSTED


def test_nesting_ends(channel):
    payload = b""
    for _ in range(3000):
        inner = b"\x0a" + varint(len(payload)) + payload
        payload = b"\x3a" + varint(len(inner)) + inner
    entry = b"\x0a\x01k\x12" + varint(len(payload)) + payload
    point = b"\x0a\x02\x08\x01\x1a" + varint(len(entry)) + entry
    request = raw(b"\x0a\x01c\x1a" + varint(len(point)) + point)
    assert code_of(channel, "qdrant.Points/Upsert", request) is StatusCode.INVALID_ARGUMENT
    query = q.PrefetchQuery()
    for _ in range(90):
        query = q.PrefetchQuery(prefetch=[query])
    assert code_of(channel, "qdrant.Points/Query", q.QueryPoints(
        collection_name="c", prefetch=[query])) is StatusCode.INVALID_ARGUMENT


def varint(number):
    data = b""
    while number > 127:
        data += bytes([number & 127 | 128])
        number >>= 7
    return data + bytes([number])


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_have(channel, bad):
    sparse = q.VectorInput(sparse=q.SparseVector(indices=[1], values=[bad]))
    vector = q.Vectors(vectors=q.NamedVectors(
        vectors={"s": q.Vector(sparse=q.SparseVector(indices=[1], values=[bad]))}))
    for method, request in [
        ("Query", q.QueryPoints(collection_name="c", using="s", query=q.Query(nearest=sparse))),
        ("Query", q.QueryPoints(collection_name="c", score_threshold=bad)),
        ("Query", q.QueryPoints(collection_name="c", filter=q.Filter(must=[q.Condition(
            field=q.FieldCondition(key="a", range=q.Range(lt=bad)))]))),
        ("Query", q.QueryPoints(collection_name="c", filter=q.Filter(must=[q.Condition(
            field=q.FieldCondition(key="a", geo_radius=q.GeoRadius(
                center=q.GeoPoint(lon=1, lat=1), radius=bad)))]))),
        ("Upsert", q.UpsertPoints(collection_name="c", wait=True, points=[q.PointStruct(
            id=q.PointId(num=1), vectors=vector)])),
        ("Upsert", q.UpsertPoints(collection_name="c", wait=True, points=[q.PointStruct(
            id=q.PointId(num=1), payload={"a": q.Value(double_value=bad)})])),
    ]:
        assert code_of(channel, "qdrant.Points/" + method, request) is StatusCode.INVALID_ARGUMENT, request
    assert call(channel, "qdrant.Points/Count", q.CountPoints(
        collection_name="c"), q.CountResponse).result.count == 0


def test_random_messages(channel):
    """Fields of the right numbers with values nobody would choose."""
    rng = random.Random(11)
    numbers = [0, 1, 2, 127, 2**31 - 1, 2**31, 2**32, 2**53, 2**62, 2**63 - 1, 2**64 - 1]
    doubles = [0.0, -0.0, 1e-45, 3.4e38, -3.4e38, 1e308, float("inf"), float("nan")]

    def fill(message, depth):
        for field in rng.sample(list(message.DESCRIPTOR.fields),
                                min(len(message.DESCRIPTOR.fields), rng.randint(1, 5))):
            count = rng.randint(1, 3) if field.is_repeated else 1
            if field.message_type and field.message_type.GetOptions().map_entry:
                continue
            for _ in range(count):
                try:
                    if field.message_type:
                        if depth > 5:
                            continue
                        part = getattr(message, field.name)
                        fill(part.add() if field.is_repeated else part, depth + 1)
                        continue
                    if field.name == "collection_name":
                        value = "c"
                    elif field.cpp_type in (field.CPPTYPE_DOUBLE, field.CPPTYPE_FLOAT):
                        value = rng.choice(doubles)
                    elif field.cpp_type == field.CPPTYPE_BOOL:
                        value = rng.random() < 0.5
                    elif field.type == field.TYPE_STRING:
                        value = rng.choice(["", "c", "s", "a.b[]", "é", "x" * 300, "not-a-uuid"])
                    else:
                        value = rng.choice(numbers)
                    if field.is_repeated:
                        getattr(message, field.name).append(value)
                    else:
                        setattr(message, field.name, value)
                except ValueError:
                    continue

    codes = set()
    for file in ["points_service.proto", "collections_service.proto", "snapshots_service.proto"]:
        for service in descriptor_pool.Default().FindFileByName(file).services_by_name.values():
            for method in service.methods:
                if method.name in ["Create", "CreateFull"] and service.name == "Snapshots":
                    continue
                if service.name == "Collections" and method.name == "Delete":
                    continue
                for _ in range(40):
                    request = getattr(q, method.input_type.name)()
                    fill(request, 0)
                    try:
                        call(channel, f"{service.full_name}/{method.name}", request, timeout=30)
                        codes.add(StatusCode.OK)
                    except grpc.RpcError as error:
                        codes.add(error.code())
                        assert error.code() not in [StatusCode.INTERNAL, StatusCode.UNKNOWN], (
                            method.name, error.details(), request)
    assert StatusCode.OK in codes and StatusCode.INVALID_ARGUMENT in codes


# MARK: Compressed answers

@pytest.mark.parametrize("accepted, sent, is_compressed", [
    ("gzip", None, True), ("gzip,identity", None, True), (" GZIP , gzip", None, True),
    ("deflate, gzip, identity", None, True), ("identity,deflate,gzip", None, False),
    ("identity, gzip", "gzip", True), ("identity, gzip", "deflate", False), ("deflate", "gzip", False),
    ("identity", "gzip", False), ("", None, False), (None, "gzip", False), ("x" * 9000, None, False),
    (",,,;q=1,", None, False)])
def test_who_gets_compressed_answers(daemon, wire, accepted, sent, is_compressed):
    """Whoever names gzip before `identity`, or sends so and takes it, too."""
    client = daemon.over_tcp()
    for number in range(30):
        if not client.collection_exists(f"{'n' * 150}{number}"):
            client.create_collection(f"{'n' * 150}{number}", sparse_vectors_config={})
    fields = {"grpc_accept_encoding": accepted, "grpc_encoding": sent}
    fields = {name: value for name, value in fields.items() if value is not None}
    outcome, data = {}, b""
    stream = wire.begin("/qdrant.Collections/List", **fields)
    message = {"gzip": gzip.compress, "deflate": zlib.compress, None: bytes}[sent](b"")
    wire.send(stream, framed(message, 1 if sent else 0))
    ended = False
    while not ended:
        for event in wire.h2.receive_data(wire.socket.recv(65536)):
            if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                outcome |= {name.decode() if isinstance(name, bytes) else name:
                            value.decode() if isinstance(value, bytes) else value
                            for name, value in event.headers}
            elif isinstance(event, h2.events.DataReceived):
                data += event.data
            ended = ended or isinstance(event, h2.events.StreamEnded)
    assert outcome["grpc-status"] == OK
    flag, length = struct.unpack(">BI", data[:5])
    assert length == len(data) - 5
    assert (flag == 1) == is_compressed == ("grpc-encoding" in outcome)
    answer = q.ListCollectionsResponse.FromString(gzip.decompress(data[5:]) if flag else data[5:])
    assert len(answer.collections) > 30
    assert not is_compressed or length < 1000


# MARK: The end of a connection

class Farewell(Wire):
    """Reads frames as they are: what it answers to a ping is the test's to say."""

    def frames(self):
        """Frames until the connection ends: their kind, flags, stream and contents."""
        pending = b""
        while True:
            while len(pending) >= 9:
                length = int.from_bytes(pending[:3], "big")
                if len(pending) < 9 + length:
                    break
                kind, flags = pending[3], pending[4]
                stream = int.from_bytes(pending[5:9], "big")
                yield kind, flags, stream, pending[9:9 + length]
                pending = pending[9 + length:]
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return
            if not data:
                return
            pending += data


DATA, HEADERS, RESET, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 6, 7, 8


@pytest.mark.parametrize("acknowledges", [True, False])
@pytest.mark.parametrize("is_busy", [True, False])
def test_calls_on_their_way_when_the_daemon_stops_are_answered(acknowledges, is_busy):
    """The client does not know yet that it is to go when it sends them."""
    with running_daemon() as stopping:
        stopping.over_tcp().create_collection("c", sparse_vectors_config={})
        wire = Farewell(stopping.grpc_port)
        frames = wire.frames()
        open_stream = wire.begin(PATH)
        wire.send(open_stream, framed(COUNT)[:3], end=False)
        # The daemon has taken the client in.
        next(frame for frame in frames if frame[0] == WINDOW_UPDATE)
        if not is_busy:
            wire.send(open_stream, framed(COUNT)[3:])
            for kind, flags, stream, _ in frames:
                if kind == HEADERS and flags & 1 and stream == open_stream:
                    break
        stopping.process.send_signal(signal.SIGTERM)
        kind, _, _, contents = next(frame for frame in frames if frame[0] in (GOAWAY, PING))
        assert kind == GOAWAY and contents == b"\x7f\xff\xff\xff" + bytes(4)
        ping = next(frame for frame in frames if frame[0] == PING)
        late = [wire.begin(PATH) for _ in range(5)]
        for stream in late:
            wire.send(stream, framed(COUNT))
        if is_busy:
            wire.send(open_stream, framed(COUNT)[3:])
        if acknowledges:
            wire.socket.sendall(b"\0\0\x08\x06\x01\0\0\0\0" + ping[3])
        rest = list(frames)
        answered = {stream for kind, _, stream, _ in rest if kind == DATA}
        assert answered == set(late) | ({open_stream} if is_busy else set())
        assert not [frame for frame in rest if frame[0] == RESET]
        [last] = [contents for kind, _, _, contents in rest if kind == GOAWAY]
        assert int.from_bytes(last[:4], "big") == late[-1]
        wire.close()
        assert stopping.process.wait(30) == 0


def test_a_long_answer_under_way_when_the_daemon_stops_arrives_whole():
    """Its stream is over for the daemon long before the client has taken it."""
    with running_daemon() as stopping:
        client = stopping.over_tcp()
        client.create_collection("c", sparse_vectors_config={})
        for start in range(0, 40, 10):
            client.upsert("c", wait=True, points=[
                models.PointStruct(id=id, vector={}, payload={"text": "x" * 500_000})
                for id in range(start, start + 10)])
        wire = Farewell(stopping.grpc_port)
        # It may send all of it at once.
        wire.h2.increment_flow_control_window(30 << 20)
        stream = wire.begin("/qdrant.Points/Scroll")
        wire.h2.increment_flow_control_window(30 << 20, stream)
        wire.send(stream, framed(q.ScrollPoints(
            collection_name="c", limit=40, with_payload=q.WithPayloadSelector(enable=True)
        ).SerializeToString()))
        count, kinds = 0, []
        for kind, flags, _, contents in wire.frames():
            if kind == DATA and count == 0:
                stopping.process.send_signal(signal.SIGTERM)
            count += len(contents) if kind == DATA else 0
            kinds.append((kind, flags & 1))
        assert count > 20_000_000
        # Its end has come, too.
        assert (HEADERS, 1) in kinds and (GOAWAY, 0) in kinds
        wire.close()
        assert stopping.process.wait(30) == 0


def test_clients_in_the_middle_of_calls_see_none_fail_at_a_stop():
    """What they see is that there is nobody to connect to, after it."""
    request = q.ScrollPoints(
        collection_name="c", limit=1000, with_payload=q.WithPayloadSelector(enable=True))

    def ask(channel):
        """Asks until that fails, and says how often it did not, and why it did."""
        method = channel.unary_unary(
            "/qdrant.Points/Scroll", request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=q.ScrollResponse.FromString)
        count = 0
        while True:
            try:
                assert len(method(request, timeout=20).result) == 1000
                count += 1
            except grpc.RpcError as error:
                return count, error.code(), error.details()

    with running_daemon() as stopping, contextlib.ExitStack() as stack:
        client = stopping.over_tcp()
        client.create_collection("c", sparse_vectors_config={})
        client.upsert("c", wait=True, points=[
            models.PointStruct(id=id, vector={}, payload={"text": "x" * 200}) for id in range(1000)])
        channels = [stack.enter_context(grpc.insecure_channel(
            f"127.0.0.1:{stopping.grpc_port}", options=[("grpc.use_local_subchannel_pool", 1)]))
            for _ in range(4)]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            outcomes = [pool.submit(ask, channel) for channel in channels * 4]
            time.sleep(1)
            assert stopping.stop() == 0
            for count, code, details in [outcome.result() for outcome in outcomes]:
                assert count > 0 and code is StatusCode.UNAVAILABLE
                assert "failed to connect" in details, details


def test_random_bytes_in_place_of_http2(daemon):
    rng = random.Random(3)
    for start in [b"", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", daemon.grpc_port), timeout=20) as client:
                # It may have gone already.
                with contextlib.suppress(OSError):
                    client.sendall(start + rng.randbytes(rng.randint(1, 3000)))
                    client.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    while client.recv(65536):
                        pass
    assert daemon.over_grpc().collection_exists("c")


def test_a_client_that_resets_what_it_begins_is_cut_off(daemon):
    wire = Wire(daemon.grpc_port)
    with contextlib.suppress(ConnectionError, h2.exceptions.ProtocolError):
        for _ in range(5000):
            stream = wire.begin(PATH)
            wire.h2.send_data(stream, framed(COUNT), end_stream=True)
            wire.h2.reset_stream(stream)
            wire.flush()
    # Else this would wait until its time is up.
    with contextlib.suppress(ConnectionError):
        while wire.socket.recv(65536):
            pass
    wire.close()
    assert daemon.over_grpc().count("c").count == 0


def test_more_calls_than_a_connection_may_have(daemon):
    """Nothing has said yet how many they are."""
    wire = Wire(daemon.grpc_port)
    streams = [wire.begin(PATH) for _ in range(300)]
    try:
        wire.flush()
        assert wire.outcome(streams[-1]) in ["closed", "reset"]
    except ConnectionError:
        pass
    wire.close()
    assert daemon.over_grpc().count("c").count == 0


REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
# A request for the file of a symbol (field 4), and one as long as a message may be.
SYMBOL = b"\x22" + bytes([len("qdrant.Points")]) + b"qdrant.Points"


def test_names_are_short(wire):
    """Many messages may come on one call, so none of them may be long, also before all of it has come."""
    stream = wire.begin(REFLECTION)
    wire.send(stream, framed(b"\x22" * 100, length=5000), end=False)
    assert wire.outcome(stream)["grpc-status"] == EXHAUSTED
    stream = wire.begin(REFLECTION)
    wire.send(stream, framed(SYMBOL))
    assert wire.outcome(stream)["grpc-status"] == OK


def test_a_client_that_does_not_read_what_it_asks_for_is_refused(daemon):
    """Each answer has the bytes of a thousand questions."""
    wire = Wire(daemon.grpc_port)
    wire.socket.settimeout(5)
    before = resident(daemon)
    stream = wire.begin(REFLECTION)
    try:
        with contextlib.suppress(OSError, h2.exceptions.H2Error):
            for _ in range(40):
                wire.send(stream, framed(SYMBOL) * 700, end=False)
                # It may send more, and never says that it has read an answer.
                wire.h2.receive_data(wire.socket.recv(1 << 20))
        assert resident(daemon) - before < 100 << 20
    finally:
        wire.close()


def resident(daemon):
    with open(f"/proc/{daemon.process.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_message_that_trickles_is_given_up():
    directory = tempfile.mkdtemp(prefix="kindred-")
    os.environ["KINDRED_IDLE_TIMEOUT_SECONDS"] = "1"
    try:
        daemon = Daemon(directory)
    finally:
        del os.environ["KINDRED_IDLE_TIMEOUT_SECONDS"]
    try:
        wire = Wire(daemon.grpc_port)
        stream = wire.begin(PATH)
        wire.send(stream, b"\0", end=False)
        outcome = wire.outcome(stream)
        assert outcome == "closed" or outcome["grpc-status"] == "4"
        wire.close()
    finally:
        daemon.stop(signal.SIGKILL)


def test_keys(tmp_path):
    directory = tempfile.mkdtemp(prefix="kindred-")
    os.environ |= {"KINDRED_API_KEY": "all", "KINDRED_READ_ONLY_API_KEY": "some"}
    try:
        daemon = Daemon(directory)
    finally:
        del os.environ["KINDRED_API_KEY"], os.environ["KINDRED_READ_ONLY_API_KEY"]
    try:
        with grpc.insecure_channel(f"127.0.0.1:{daemon.grpc_port}") as channel:
            def code(method, request, **key):
                metadata = [(name.replace("_", "-"), value) for name, value in key.items()]
                try:
                    call(channel, method, request, metadata=metadata, timeout=20)
                    return StatusCode.OK
                except grpc.RpcError as error:
                    return error.code()

            read, write = "qdrant.Collections/List", "qdrant.Collections/Create"
            nothing, create = q.ListCollectionsRequest(), q.CreateCollection(
                collection_name="c", vectors_config=q.VectorsConfig(
                    params=q.VectorParams(size=1, distance=1)))
            assert code(read, nothing) is StatusCode.UNAUTHENTICATED
            assert code(read, nothing, api_key="wrong") is StatusCode.UNAUTHENTICATED
            assert code(read, nothing, api_key="some") is StatusCode.OK
            assert code(read, nothing, authorization="Bearer some") is StatusCode.OK
            assert code(write, create, api_key="some") is StatusCode.PERMISSION_DENIED
            assert code(write, create, api_key="all") is StatusCode.OK
            assert code("qdrant.Qdrant/HealthCheck", q.HealthCheckRequest()) is StatusCode.OK
    finally:
        daemon.stop(signal.SIGKILL)
