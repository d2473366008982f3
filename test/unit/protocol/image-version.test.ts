import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion, versionText } from '../../../protocol/image/version.ts';

const version = { major: 1, minor: 2, revision: 3, build: 4 };

describe('versions', () => {
  it('come back from their text', () => {
    expect(parseVersion('1.2.3+4')).toEqual(version);
    expect(versionText(version)).toBe('1.2.3+4');
    expect(versionText({ ...version, build: 0 })).toBe('1.2.3');
    expect(parseVersion('255.255.65535+4294967295')).toBeDefined();
  });

  it.each(['', '1', '1.2', '1.2.3.4', '01.2.3', '256.0.0', '0.0.65536', '1.2.3+4294967296', '1.2.3-beta', ' 1.2.3'])(
    'refuse %j',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  it('are ordered part by part', () => {
    const texts = ['0.9.9+9', '1.0.0', '1.0.0+1', '1.0.10', '1.1.0', '2.0.0'];
    const versions = texts.map((text) => parseVersion(text) ?? expect.fail(text));
    expect([...versions].reverse().sort(compareVersions).map(versionText)).toEqual(texts);
  });
});
