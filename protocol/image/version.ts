/** `major` and `minor` are 0 to 255, `revision` 0 to 65,535, `build` 0 to 4,294,967,295. */
export interface ImageVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
  readonly build: number;
}

export const versionMax: ImageVersion = { major: 0xff, minor: 0xff, revision: 0xffff, build: 0xffff_ffff };

const number = '(0|[1-9]\\d{0,9})';
const pattern = new RegExp(`^${number}\\.${number}\\.${number}(?:\\+${number})?$`);

/** `1.2.3` or `1.2.3+4`, as imgtool writes it. Undefined for other text, or a number too large for its field. */
export function parseVersion(text: string): ImageVersion | undefined {
  const [, major, minor, revision, build = '0'] = pattern.exec(text) ?? [];
  if (major === undefined) return undefined;
  const version = {
    major: Number(major),
    minor: Number(minor),
    revision: Number(revision),
    build: Number(build),
  };
  return isVersion(version) ? version : undefined;
}

export function isVersion(version: ImageVersion): boolean {
  return (['major', 'minor', 'revision', 'build'] as const).every(
    (part) => Number.isInteger(version[part]) && version[part] >= 0 && version[part] <= versionMax[part],
  );
}

/** `1.2.3+4`; the build is left out when it is 0. */
export function versionText({ major, minor, revision, build }: ImageVersion): string {
  return `${major}.${minor}.${revision}${build === 0 ? '' : `+${build}`}`;
}

/** Negative when `left` is older, 0 for the same, positive when it is newer. The build number counts last. */
export function compareVersions(left: ImageVersion, right: ImageVersion): number {
  return (
    left.major - right.major || left.minor - right.minor || left.revision - right.revision || left.build - right.build
  );
}
