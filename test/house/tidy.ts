/** A rule about the text of one file: the sentence that says what is wrong, or nothing. */
export type TidyRule = (path: string, text: string) => string | undefined;

const linesMax = 400;
const readmeLinesMax = 15;

const codeFolder = /^(protocol|firmware|hal|sim|tools|test)\//;
const codeFile = /\.(tsx?|js|css)$/;
const pureFolder = /^(protocol\/(?!generate\.ts)|firmware\/(?!main\.ts)|hal\/ports\/)/;
const folderReadme = /^(protocol|firmware|hal|sim|tools|test)\/README\.md$/;

const sleep = /from 'node:timers\/promises'|\bwaitForTimeout\(|\bsleep\(|new Promise\b[^;]*\bsetTimeout\(/;
const machinePath = /(?<![\w.)\]}/-])\/(home|root|work|Users)\/\w/;
const registryHost =
  /\b(registry|deb|static|files|proxy|repo)\.(npmjs|yarnpkg|debian|crates|pythonhosted|golang|maven)\./;
const wayOut =
  /\/\/\/ *<reference|@ts-(ignore|nocheck|expect-error)|^\s*(export )?declare\s|biome-ignore.*(plugin|noRestricted|noJsRestricted|noNodejsModules)/m;
/** The centre, the technician and the pages have one Danish word for enrolment: indskrivning. */
const otherWordForEnrolment = /\bindm(?=eld)\p{L}*/iu;

export const tidyRules: Readonly<Record<string, TidyRule>> = {
  'a file has at most 400 lines': (path, text) => {
    const lines = countLines(text);
    if (!codeFolder.test(path) || !codeFile.test(path) || lines <= linesMax) return undefined;
    return `${lines} lines; it probably is two rooms`;
  },
  'a folder README has at most 15 lines': (path, text) => {
    if (!folderReadme.test(path) || countLines(text) <= readmeLinesMax) return undefined;
    return 'say what lives here, what it may import and where to start reading; the rest belongs in the code';
  },
  'a test waits for what it needs, not for time to pass': (path, text) =>
    path.startsWith('test/') && codeFile.test(path) ? quote(sleep, text) : undefined,
  'no file names a place on somebody’s machine': (_, text) => quote(machinePath, text),
  'no file names a package registry': (_, text) => quote(registryHost, text),
  'the pure folders open no way around their rules': (path, text) =>
    pureFolder.test(path) && codeFile.test(path) ? quote(wayOut, text) : undefined,
  'Danish has one word for enrolment, indskrivning': (_, text) => quote(otherWordForEnrolment, text),
};

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** The first match with its line number. */
function quote(pattern: RegExp, text: string): string | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const line = text.slice(0, found.index).split('\n').length;
  return `line ${line}: ${found[0].trim()}`;
}
