/** The text of the picture on a display. @param port of the display's page */
export async function shownAt(port: number): Promise<string> {
  const stream = await fetch(`http://127.0.0.1:${port}/view`);
  let text = '';
  for await (const part of stream.body ?? []) {
    text += new TextDecoder().decode(part);
    const [, data] = /^event: picture\ndata: (.*)\n\n/m.exec(text) ?? [];
    if (data === undefined) continue;
    const { html } = JSON.parse(data) as { html: string };
    return html.replace(/<[^>]*>/g, '').trim();
  }
  return '';
}
