"""Drives a unit at the other end of a serial port with smpclient, and prints what came of it as one JSON document.

Standard groups by smpclient's own requests; only the session, which is ours, is spelt out here.
"""

import asyncio
import hashlib
import json
import os
import sys
import time
from enum import IntEnum
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from smp import error as smperr
from smp import message as smpmsg
from smpclient import SMPClient
from smpclient.generics import success
from smpclient.requests.enumeration_management import CountSupportedGroups, GroupDetails, GroupId, ListSupportedGroups
from smpclient.requests.file_management import FileHashChecksum, FileStatus, SupportedFileHashChecksumTypes
from smpclient.requests.image_management import ImageErase, ImageStatesRead, ImageStatesWrite
from smpclient.requests.os_management import (
    BootloaderInformationRead,
    DateTimeRead,
    EchoWrite,
    MCUMgrParametersRead,
    OSApplicationInfoRead,
    ResetWrite,
)
from smpclient.requests.settings_management import ReadSetting
from smpclient.requests.statistics_management import GroupData, ListOfGroups as ListOfStatistics
from smpclient.transport.serial import SMPSerialTransport


class SessionRc(IntEnum):
    UNKNOWN = 1
    NO_HELLO = 2
    TOO_SOON = 3
    PASS_NOT_BELIEVED = 4
    PASS_EXPIRED = 5
    PASS_NOT_YET_VALID = 6
    PASS_FOR_ANOTHER_DEVICE = 7
    WRONG_PROOF = 8


class ErrorV1(smperr.ErrorV1):
    _GROUP_ID = 64


class ErrorV2(smperr.ErrorV2[SessionRc]):
    _GROUP_ID = 64


class HelloResponse(smpmsg.ReadResponse):
    _GROUP_ID = 64
    _COMMAND_ID = 0
    nonce: bytes
    device: str | None = None
    wait: int


class Hello(smpmsg.ReadRequest):
    _GROUP_ID = 64
    _COMMAND_ID = 0
    _Response = HelloResponse
    _ErrorV1 = ErrorV1
    _ErrorV2 = ErrorV2


class OpenResponse(smpmsg.WriteResponse):
    _GROUP_ID = 64
    _COMMAND_ID = 1
    # `pass` is a word of Python's own.
    model_config = {"extra": "allow", "frozen": True}
    role: str
    idle: int
    left: int


class Open(smpmsg.WriteRequest):
    _GROUP_ID = 64
    _COMMAND_ID = 1
    model_config = {"extra": "allow", "frozen": True}
    _Response = OpenResponse
    _ErrorV1 = ErrorV1
    _ErrorV2 = ErrorV2
    proof: bytes


def plain(value):
    if hasattr(value, "model_dump"):
        value = value.model_dump(exclude={"header", "version", "sequence", "smp_data"}, exclude_none=True)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return bytes(value).hex() if isinstance(value, (bytes, bytearray)) else value


async def open_session(client, order):
    hello = await client.request(Hello())
    signed = bytes.fromhex(order["pass"])
    challenge = ["Dosis session 1", hello.device or "", hello.nonce, hashlib.sha256(signed).digest()]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(order["seed"]))
    proof = key.sign(cbor2.dumps(challenge, canonical=True))
    return plain(await client.request(Open(**{"pass": signed, "proof": proof})))


async def look(client, order):
    image = Path(order["image"]).read_bytes()
    said = {
        "echo": await client.request(EchoWrite(d="Hej, Dosis")),
        "params": await client.request(MCUMgrParametersRead()),
        "info": await client.request(OSApplicationInfoRead(format="snm")),
        "bootloader": await client.request(BootloaderInformationRead()),
        "count": await client.request(CountSupportedGroups()),
        "groups": await client.request(ListSupportedGroups()),
        "firstGroup": await client.request(GroupId(index=0)),
        "details": await client.request(GroupDetails()),
        "shut": await client.request(ImageStatesRead()),
        "session": await open_session(client, order),
        "statistics": await client.request(ListOfStatistics()),
        "doses": await client.request(GroupData(name="doses")),
        "setting": await client.request(ReadSetting(name="unit/device")),
        "noSetting": await client.request(ReadSetting(name="unit/nothing")),
        "hashTypes": await client.request(SupportedFileHashChecksumTypes()),
        "fileStatus": await client.request(FileStatus(name="/ledger")),
        "fileHash": await client.request(FileHashChecksum(name="/ledger", type="sha256")),
        "noFile": await client.request(FileStatus(name="/passwd")),
        "datetime": await client.request(DateTimeRead()),
        "erase": await client.request(ImageErase()),
    }
    said["file"] = hashlib.sha256(await client.download_file("/ledger")).hexdigest()
    cpu, began = time.process_time(), time.monotonic()
    parts = [offset async for offset in client.upload(image)]
    said["upload"] = {
        "parts": len(parts),
        "bytes": parts[-1],
        "seconds": time.monotonic() - began,
        "clientCpuSeconds": time.process_time() - cpu,
    }
    states = await client.request(ImageStatesRead())
    said["states"] = states
    said["test"] = await client.request(ImageStatesWrite(hash=states.images[1].hash, confirm=False))
    said["reset"] = await client.request(ResetWrite())
    return said


async def confirm(client, order):
    return {
        "session": await open_session(client, order),
        "states": await client.request(ImageStatesRead()),
        "confirm": await client.request(ImageStatesWrite(confirm=True)),
    }


async def main():
    order = json.loads(sys.stdin.read())
    async with SMPClient(SMPSerialTransport(), order["port"]) as client:
        said = await {"look": look, "confirm": confirm}[order["act"]](client, order)
    print(json.dumps(plain(said)))


asyncio.run(main())
