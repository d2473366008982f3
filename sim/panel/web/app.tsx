import { Device } from './device/device.tsx';
import { Caption } from './panels/caption.tsx';
import { CentrePanel } from './panels/centre-panel.tsx';
import { Chart } from './panels/chart.tsx';
import { Doses } from './panels/doses.tsx';
import { Notices } from './panels/notices.tsx';
import { Settle } from './panels/settle.tsx';
import { Simulator } from './panels/simulator.tsx';
import { TopBar } from './panels/top-bar.tsx';
import { connection, frame, inForce, t } from './state.ts';

export function App() {
  const now = frame.value;
  return (
    <>
      <TopBar />
      <Notices />
      {now === null ? (
        <p class="waiting">{connection.value === 'connecting' ? t('connecting') : ''}</p>
      ) : (
        <main class="page" data-frozen={!inForce.value}>
          <div class="stage-column">
            <Settle frame={now} />
            <div class="stage">
              <Device frame={now} />
              <Caption frame={now} />
            </div>
            <Doses frame={now} />
          </div>
          <Simulator frame={now} />
          <CentrePanel link={now.link} />
          <Chart chart={now.chart} />
        </main>
      )}
    </>
  );
}
