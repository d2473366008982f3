/** Millimetres on a sheet of A4 that lies on its long side; y grows downwards. */
export const sheet = { width: 297, height: 210, margin: 8 } as const;

/** What each wire and rail is drawn in, by turns: dark enough for a printer without colours. */
const colours = ['#b3261e', '#1a4fa3', '#1b7a3d', '#8a3ab9', '#a85a00', '#00707a', '#c2186b', '#4d5a00', '#5b4036'];

export function colourOf(index: number): string {
  return colours[index % colours.length] as string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly fill?: string;
}

export interface Stroke {
  readonly colour?: string;
  readonly width?: number;
}

export function text({ x, y }: Point, words: string, style: TextStyle = {}): string {
  const { size = 2.7, anchor = 'start', bold = false, fill = '#111' } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${mm(x)}" y="${mm(y)}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"${weight}>${escaped(words)}</text>`;
}

/** Straight from point to point, with a white edge, so that of two wires that cross one passes over the other. */
export function line(points: readonly Point[], { colour = '#111', width = 0.5 }: Stroke = {}): string {
  const path = points.map(({ x, y }) => `${mm(x)},${mm(y)}`).join(' ');
  const drawn = (stroke: string, of: number) =>
    `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${mm(of)}" stroke-linejoin="round"/>`;
  return drawn('#fff', width + 0.6) + drawn(colour, width);
}

export function box(at: Point, size: { readonly width: number; readonly height: number }, fill = '#fff'): string {
  return `<rect x="${mm(at.x)}" y="${mm(at.y)}" width="${mm(size.width)}" height="${mm(size.height)}" rx="0.8" fill="${fill}" stroke="#111" stroke-width="0.35"/>`;
}

export function dot({ x, y }: Point, colour = '#111'): string {
  return `<circle cx="${mm(x)}" cy="${mm(y)}" r="0.8" fill="${colour}"/>`;
}

/** The three strokes of ground, from its point downwards. */
export function groundSign({ x, y }: Point): string {
  const stroke = (dy: number, half: number) =>
    line(
      [
        { x: x - half, y: y + dy },
        { x: x + half, y: y + dy },
      ],
      { width: 0.4 },
    );
  return stroke(0, 1.6) + stroke(0.8, 1) + stroke(1.6, 0.4);
}

/** Words in lines of so many letters at most. */
export function wrapped(words: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A whole sheet. */
export function svg(title: string, parts: readonly string[]): string {
  const { width, height, margin } = sheet;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text({ x: margin, y: margin + 4 }, title, { size: 4.6, bold: true }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function mm(length: number): number {
  return Number(length.toFixed(2));
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
