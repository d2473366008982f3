import type { PanelView } from '../../../hal/ports/panel.ts';

const number = '70 12 34 56';
const device = 'DD-0042';

function view(message: string, lamp: PanelView['lamp'], other: Partial<PanelView> = {}): PanelView {
  const common = {
    light: 1,
    sound: 0,
    soundPaused: false,
    choices: [],
    button: 'idle',
    device,
    serviceNumber: number,
  } as const;
  return { ...common, message, lamp, ...other, params: { number, device, ...other.params } };
}

/** What a unit shows in the course of its life. */
export const kioskViews = {
  ready: view('ready-next', 'ready', { params: { time: '20:00' } }),
  due: view('dose-call', 'call', { sound: 2, button: 'release' }),
  quiet: view('dose-call', 'call', { soundPaused: true, button: 'release' }),
  take: view('take-the-sachet', 'call', { sound: 1 }),
  question: view('message', 'ready', {
    params: { text: 'Det er varmt i dag. Har du husket at drikke vand?' },
    choices: ['Ja', 'Nej', 'Ring til mig'],
  }),
  message: view('message', 'ready', {
    params: {
      text: '<b>Besøg & kaffe</b> torsdag kl. 14 i dagligstuen. Vi glæder os til at se dig og hele din familie!',
    },
    choices: ['OK'],
  }),
  battery: view('on-battery', 'warn'),
  filling: view('awaiting-fill', 'warn'),
  uncertain: view('uncertain', 'alarm', { params: { code: '4' } }),
  fault: view('fault', 'alarm', { params: { code: '14' } }),
  off: view('handed-over', 'off'),
} as const satisfies Readonly<Record<string, PanelView>>;
