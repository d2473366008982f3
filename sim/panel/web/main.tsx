import { render } from 'preact';
import { App } from './app.tsx';
import { followCentre } from './centre.ts';
import { keepConnected } from './connection.ts';
import { listenToDevice } from './sound.ts';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
keepConnected();
followCentre();
listenToDevice();
