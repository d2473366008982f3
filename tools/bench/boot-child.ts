import { createClock } from '../../hal/linux/clock.ts';
import { provisionFile, startToReady } from '../../sim/bench/ready.ts';

const [path = '', provision] = process.argv.slice(2);
if (provision !== undefined) provisionFile(path, Date.now());
const state = startToReady(path, createClock());
if (state !== 'locked') throw new Error(`The unit is not ready to remind but ${state}.`);
process.stdout.write(`${process.memoryUsage.rss()}\n`);
