// One stream to 20 edges: how much the origin sends per CPU second, and how late frames arrive.
import {until} from '../system/lib/wait.mjs';
import {cpuSeconds, load, LOAD_CORE, measuring, pinned, recording, startOrigin, table} from './lib/measure.mjs';

const EDGES = 20;
const SECONDS = 15;

async function one(scale) {
  return await measuring(async (t) => {
    const origin = await startOrigin(t, {segment: 1, count: 4});
    const relays = pinned(t, LOAD_CORE, load, [
      'relay', '--to', `127.0.0.1:${origin.ports.rtmp}`, '--from', `127.0.0.1:${origin.ports.relay}`,
      '--file', recording(), '--edges', String(EDGES), '--scale', String(scale), '--seconds', String(SECONDS),
    ]);
    await until('the measurement to begin', 30, () => {
      if (relays.ended) throw new Error(relays.output);
      return relays.output.includes('measuring');
    });
    const before = cpuSeconds(origin.pid);
    await until('the measurement to end', SECONDS + 30, () => relays.output.includes('result'));
    const cpu = cpuSeconds(origin.pid) - before;
    const result = JSON.parse(/result (\{.*\})/.exec(relays.output)[1]);
    return {...result, cpu};
  });
}

export async function relay() {
  const rows = [];
  for (const scale of [1, 10, 40]) {
    const result = await one(scale);
    rows.push({
      'stream Mb/s': ((result.bytes * 8) / EDGES / result.seconds / 1e6).toFixed(1),
      edges: EDGES,
      'sent Gb/s': ((result.bytes * 8) / result.seconds / 1e9).toFixed(2),
      'origin CPU': `${((100 * result.cpu) / result.seconds).toFixed(1)} %`,
      'Gb per CPU second': ((result.bytes * 8) / 1e9 / result.cpu).toFixed(1),
      'added delay median': `${result.delay_median_ms.toFixed(2)} ms`,
      'p99': `${result.delay_p99_ms.toFixed(2)} ms`,
    });
  }
  table(rows);
}
