import { startingHtml } from './picture.ts';

/** The page hears from the unit at least this often, or the unit is not there. */
export const PULSE_MS = 2_000;
/** Three pulses and a little patience. */
const SILENCE_MS_MAX = 7_000;
/** A key that nobody answers may be pressed again after this. */
const KEY_REST_MS = 3_000;
const RETRY_MS = 2_000;

export const pageHtml = `<!doctype html>
<html lang="da">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dosis</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="kiosk.css">
<body data-lamp="off" data-strong="false"><main>${startingHtml()}</main>
<script src="kiosk.js"></script>
`;

/**
 * Blue calls, yellow warns, red is an alarm, each as a broad frame in the colour of the lamp. For a dose it blinks 0.7 times
 * a second, for an alarm twice, half of the time on (IEC 60601-1-8, table 2, high priority).
 */
export const pageCss = `
* { box-sizing: border-box; margin: 0; }
html, body { height: 100%; }
body {
  --light: #cfd6d2; background: #fbfcf8; color: #0b1211; overflow: hidden; cursor: none; user-select: none;
  font-family: "Inter", "DejaVu Sans", "Liberation Sans", "Noto Sans", Arial, sans-serif;
}
body[data-lamp="ready"] { --light: #17703f; }
body[data-lamp="call"] { --light: #1450c4; }
body[data-lamp="warn"] { --light: #ffc90e; }
body[data-lamp="alarm"] { --light: #c4131b; }
body::before { content: ""; position: fixed; inset: 0; border: 4.5vmin solid var(--light); pointer-events: none; }
body[data-lamp="off"]::before { border-width: 1vmin; }
body[data-lamp="call"]::before { animation: blink 1.4s steps(1) infinite; }
body[data-lamp="alarm"]::before { animation: blink .5s steps(1) infinite; }
body[data-strong="true"] { animation: flood 1.4s steps(1) infinite; }
@keyframes blink { 50% { opacity: .12; } }
@keyframes flood { 50% { background: #1450c4; color: #fff; } }
main { display: flex; flex-direction: column; gap: 2.5vmin; height: 100%; padding: 8vmin; }
.text { --fit: 10; flex: 1; min-height: 0; display: grid; align-items: center; overflow: hidden; contain: inline-size; }
.text p { font-size: calc(var(--fit) * 1vmin); line-height: 1.15; letter-spacing: -.01em; text-wrap: balance; }
.text span { display: block; }
.text span + span { margin-top: .3em; }
.text span:first-child { font-weight: 700; }
.quiet { display: flex; align-items: center; gap: 2vmin; font-size: 5vmin; color: #38423f; }
.quiet svg { width: 7vmin; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.keys { display: flex; gap: 3vmin; }
button {
  flex: 1; min-width: 0; min-height: 20vmin; padding: 2vmin; border: 0; border-radius: 4vmin; background: #1450c4; color: #fff;
  font: inherit; font-size: 8vmin; font-weight: 700; overflow-wrap: anywhere; touch-action: manipulation;
}
button:active, button:disabled { background: #0b2f78; }
button:disabled { opacity: .55; }
footer { display: flex; justify-content: space-between; gap: 3vmin; font-size: 5vmin; color: #38423f; white-space: nowrap; }
body[data-lost="true"] { background: #e7e9e4; }
`;

/** Without a framework: shows what it is sent, fits the words to the screen, and says so when it hears nothing. */
export const pageScript = `'use strict';
const main = document.querySelector('main');
const sizes = [17, 15, 13, 11.5, 10, 9, 8, 7, 6, 5];
let lostHtml = main.innerHTML, picture = null, page = null, heardAt = performance.now(), source = null;

function put(html, { lamp, strong, lost }) {
  if (main.innerHTML !== html) main.innerHTML = html;
  Object.assign(document.body.dataset, { lamp, strong, lost });
  fit();
}
function fit() {
  const box = document.querySelector('.text'), words = box.firstElementChild;
  for (const size of sizes) {
    box.style.setProperty('--fit', size);
    const wide = [...words.children].some((line) => line.scrollWidth > words.clientWidth);
    if (!wide && words.scrollHeight <= box.clientHeight) return;
  }
}
function heard() {
  heardAt = performance.now();
}
function show(next) {
  if (page !== null && page !== next.page) location.reload();
  page = next.page;
  picture = next;
  lostHtml = next.lostHtml;
  document.documentElement.lang = next.language;
  put(next.html, { ...next, lost: false });
}
function lose() {
  if (performance.now() - heardAt < ${SILENCE_MS_MAX} || document.body.dataset.lost === 'true') return;
  picture = null;
  put(lostHtml, { lamp: 'off', strong: false, lost: true });
}
function listen() {
  if (source !== null && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource('view');
  source.addEventListener('picture', (event) => { heard(); show(JSON.parse(event.data)); });
  source.addEventListener('pulse', () => { heard(); if (picture === null) { source.close(); listen(); } });
}
main.addEventListener('click', (event) => {
  const choice = event.target.closest('button')?.dataset.choice;
  if (choice === undefined || picture === null) return;
  const keys = [...document.querySelectorAll('button')];
  for (const key of keys) key.disabled = true;
  setTimeout(() => { for (const key of keys) key.disabled = false; }, ${KEY_REST_MS});
  fetch('choice', { method: 'POST', body: JSON.stringify({ id: picture.id, choice: Number(choice) }) }).catch(() => undefined);
});
addEventListener('resize', fit);
addEventListener('contextmenu', (event) => event.preventDefault());
setInterval(lose, 500);
setInterval(listen, ${RETRY_MS});
listen();
fit();
`;
