"""Reads and verifies documents with cbor2 and cwt, which nobody here wrote, and signs some: JSON in, JSON out."""

import json
import sys

import cbor2
from cwt import COSE, COSEKey

KTY, KID, ALG, CRV, X, D = 1, 2, 3, -1, -2, -4
OKP, ED25519_CURVE, ED25519 = 1, 6, -19


def key_of(order, private=False):
    parts = {KTY: OKP, CRV: ED25519_CURVE, ALG: ED25519, KID: bytes.fromhex(order["kid"]), X: bytes.fromhex(order["key"])}
    return COSEKey.new({**parts, D: bytes.fromhex(order["seed"])} if private else parts)


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.hex() if isinstance(value, bytes) else value


def verified(order):
    try:
        signed = bytes.fromhex(order["hex"])
        header, unprotected, payload = COSE.new().decode_with_headers(signed, keys=[key_of(order)])
    except Exception as error:  # Whatever it is, the document was not believed.
        return {"refused": type(error).__name__}
    return {"header": plain(header), "unprotected": plain(unprotected), "payload": plain(cbor2.loads(payload)), "signed": payload.hex()}


def read(text):
    value = cbor2.loads(bytes.fromhex(text))
    return {"value": plain(value), "again": cbor2.dumps(value).hex()}


def numbered(value):
    """Maps of JSON have texts for keys; ours have numbers. {"bytes": HEX} is a byte string, {"cbor": …} one that holds CBOR."""
    if isinstance(value, dict) and list(value) == ["bytes"]:
        return bytes.fromhex(value["bytes"])
    if isinstance(value, dict) and list(value) == ["cbor"]:
        return cbor2.dumps(numbered(value["cbor"]), canonical=True)
    if isinstance(value, dict):
        return {int(key): numbered(part) for key, part in value.items()}
    return [numbered(part) for part in value] if isinstance(value, list) else value


def signed(order):
    header = {1: ED25519, 3: order["contentType"], 4: bytes.fromhex(order["kid"])}
    payload = cbor2.dumps(numbered(order["payload"]), canonical=True)
    return COSE.new().encode(payload, key=key_of(order, private=True), protected=header).hex()


orders = json.loads(sys.stdin.read())
print(
    json.dumps(
        {
            "verified": [verified(order) for order in orders["verify"]],
            "read": [read(text) for text in orders["read"]],
            "signed": [signed(order) for order in orders["sign"]],
        }
    )
)
