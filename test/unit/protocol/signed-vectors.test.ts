import { createPublicKey, verify } from 'node:crypto';
import { decode as decodeElsewhere, encode as encodeElsewhere, rfc8949EncodeOptions, Tagged } from 'cborg';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../protocol/messages/command.ts';
import { openCommand, signCommand } from '../../../protocol/messages/signed-command.ts';
import {
  type ConfigOrder,
  documentHash,
  openConfig,
  readOffered,
  signConfig,
} from '../../../protocol/messages/signed-config.ts';
import signed from '../../../protocol/vectors/signed.json' with { type: 'json' };
import { centre, kid, sha256, trust } from './signing.ts';
import { bytesOf, hexOf } from './thrown.ts';
import { plain, withBytes } from './vector-bytes.ts';

const strict = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true };
const rows = [...signed.config, ...signed.command];
const publicKey = createPublicKey({
  key: Buffer.concat([bytesOf('302a300506032b6570032100'), bytesOf(signed.publicKey)]),
  format: 'der',
  type: 'spki',
});

describe('the golden signed configurations', () => {
  it.each(signed.config)('are what we sign ($name)', ({ order, hex }) => {
    expect(hexOf(signConfig(withBytes(order) as unknown as ConfigOrder, centre))).toBe(hex);
  });

  it.each(signed.config)('are what we open ($name)', ({ order, hex, documentHash: expected }) => {
    const { device, issuedAt, document, ...rest } = withBytes(order);
    const envelope = openConfig(bytesOf(hex), trust);
    expect(envelope).toMatchObject({ device, issuedAt, version: document.version, ...rest });
    expect(readOffered(envelope)).toEqual(document);
    expect(hexOf(documentHash(envelope.document, sha256))).toBe(expected);
  });

  it('follow each other', () => {
    expect(signed.config[1]?.order.base).toBe(signed.config[0]?.documentHash);
  });
});

describe('the golden signed commands', () => {
  it.each(signed.command)('are what we sign ($name)', ({ order, hex }) => {
    expect(hexOf(signCommand(withBytes(order) as unknown as Command, centre))).toBe(hex);
  });

  it.each(signed.command)('are what we open ($name)', ({ order, hex, hash }) => {
    expect(openCommand(bytesOf(hex), trust, sha256)).toEqual({ command: withBytes(order), hash: bytesOf(hash) });
  });
});

describe('the golden signatures', () => {
  it('are those of the key that is told with them', () => {
    expect(signed.kid).toBe(hexOf(kid));
  });

  it.each(rows)('are read and verified by another CBOR implementation ($name)', (row) => {
    const document = decodeElsewhere(bytesOf(row.hex), { ...strict, tags: Tagged.preserve(18) }) as Tagged;
    expect(document.tag).toBe(18);
    const [header, unprotected, payload, signature] = document.value as [
      Uint8Array,
      Map<unknown, unknown>,
      Uint8Array,
      Uint8Array,
    ];
    expect(unprotected).toEqual(new Map());
    expect(plain(decodeElsewhere(header, strict))).toEqual(row.protected);
    expect(plain(decodeElsewhere(payload, strict))).toEqual(row.payload);
    const message = encodeElsewhere(['Signature1', header, new Uint8Array(), payload], rfc8949EncodeOptions);
    expect(verify(null, message, publicKey, signature)).toBe(true);
  });
});
