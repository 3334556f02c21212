// Edge CPU with many low-latency viewers of one stream: parts of half a second, audio and video.
import {playMany} from '../system/lib/cdn.mjs';
import {chunklists, getOk, parseMedia} from '../system/lib/hls.mjs';
import {until} from '../system/lib/wait.mjs';
import {cpuSeconds, LOAD_CORE, measuring, recording, resident, startEdge, startOrigin, startPublisher, table} from './lib/measure.mjs';

const VIEWERS = [5000];
const SECONDS = 15;
const KILOBITS = 300;  // so that the machine's memory is not what is measured

async function one(viewers) {
  return await measuring(async (t) => {
    const origin = await startOrigin(t, {segment: 2});
    const edge = await startEdge(t, origin);
    await startPublisher(t, origin, recording(KILOBITS));
    await until('some segments', 30, async () => {
      const [video] = await chunklists(`http://127.0.0.1:${edge.ports.http}/app/copy0/llhls.m3u8`);
      return parseMedia((await getOk(video.url)).text).segments.length > 2;
    });
    const empty = resident(edge.pid);
    let before;
    let clock;
    const seen = await playMany(t, {
      to: `127.0.0.1:${edge.ports.http}`, stream: 'app/copy0', players: viewers, seconds: SECONDS, ramp: viewers / 500, hints: false,
      wrap: (command, args) => ['taskset', ['-c', LOAD_CORE, command, ...args]],
      measuring: () => {
        before = cpuSeconds(edge.pid);
        clock = process.hrtime.bigint();
      },
    });
    const cpu = (cpuSeconds(edge.pid) - before) / (Number(process.hrtime.bigint() - clock) / 1e9);
    return {...seen, cpu, memory: (resident(edge.pid) - empty) / viewers};
  });
}

export async function viewers() {
  const rows = [];
  let each;  // requests a second of a viewer that keeps up
  for (const count of VIEWERS) {
    const seen = await one(count);
    const requests = seen.measured / SECONDS;
    each ??= requests / count;
    const perRequest = seen.cpu / requests;
    rows.push({
      viewers: count,
      'requests a second': Math.round(requests),
      'edge CPU': `${(100 * seen.cpu).toFixed(1)} %`,
      'CPU per request': `${(1e6 * perRequest).toFixed(1)} µs`,
      'viewers per core by that': Math.round(1 / (perRequest * each)),
      'delay median': `${seen.delay_ms.median.toFixed(0)} ms`,
      p99: `${seen.delay_ms.p99.toFixed(0)} ms`,
      'memory per viewer': `${(seen.memory / 1024).toFixed(1)} KB`,
      faults: seen.first_fault,
    });
  }
  table(rows);
}
