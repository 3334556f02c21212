// Ten thousand blocked reloads on one edge: memory, CPU while they wait, and how fast all are answered. Edge and load
// share both cores.
import {start} from '../system/lib/process.mjs';
import {chunklists} from '../system/lib/hls.mjs';
import {pause, until} from '../system/lib/wait.mjs';
import {cpus} from 'node:os';
import {cpuSeconds, cpuWhile, load, measuring, recording, resident, startEdge, startOrigin, startPublisher, table} from './lib/measure.mjs';

const CONNECTIONS = 10_000;
const ROUNDS = 4;
const SEGMENT = 6;
const FRAME_US = 33_333;
const WATCH_MS = 3000;

export async function parked() {
  await measuring(async (t) => {
    const cores = cpus().length > 1 ? '0,1' : '0';
    const origin = await startOrigin(t, {segment: SEGMENT, cores});
    const edge = await startEdge(t, origin, {cores, loops: 2});
    await startPublisher(t, origin, recording(300));
    const master = `http://127.0.0.1:${edge.ports.http}/app/copy0/llhls.m3u8`;
    await until('the stream', 30, () => chunklists(master));
    await pause(SEGMENT * 1000);
    const idle = resident(edge.pid);
    const alone = await cpuWhile(edge.pid, () => pause(WATCH_MS));
    const crowd = start(t, load, ['parked', '--to', `127.0.0.1:${edge.ports.http}`, '--stream', 'app/copy0', '--connections',
                                  String(CONNECTIONS), '--rounds', String(ROUNDS), '--frame-us', String(FRAME_US)]);
    const said = (what) => crowd.output.split('\n').filter((line) => line.startsWith(what));
    const rows = [];
    let connected;
    for (let round = 1; round <= ROUNDS; ++round) {
      const waits = until('a word of the load program', 60, () => {
        if (connected === undefined && said('connected').length > 0) connected = resident(edge.pid);
        if (crowd.ended !== undefined && said('parked').length < round) throw new Error(crowd.output);
        return said('parked').length >= round;
      }, 20);
      await waits;
      await pause(1000);
      const memory = resident(edge.pid);
      const watched = await cpuWhile(edge.pid, () => pause(WATCH_MS));
      const before = [cpuSeconds(edge.pid), cpuSeconds(crowd.pid)];
      await until('the answers', 30, () => said('result').length >= round, 5);
      const answering = [cpuSeconds(edge.pid) - before[0], cpuSeconds(crowd.pid) - before[1]];
      const {answers, delay_ms: delay} = JSON.parse(said('result')[round - 1].slice(7));
      rows.push({
        parked: answers,
        'memory each, over idle': `${((memory - idle) / CONNECTIONS / 1024).toFixed(2)} KB`,
        'of it connected': `${((connected - idle) / CONNECTIONS / 1024).toFixed(2)} KB`,
        'CPU while parked': `${((100 * watched.cpu) / watched.seconds).toFixed(1)} %`,
        'without anybody': `${((100 * alone.cpu) / alone.seconds).toFixed(1)} %`,
        'answered after, median': `${delay.median.toFixed(0)} ms`,
        p99: `${delay.p99.toFixed(0)} ms`,
        all: `${delay.max.toFixed(0)} ms`,
        'CPU to answer all (edge, load program)': answering.map((seconds) => `${(1000 * seconds).toFixed(0)} ms`).join(', '),
      });
    }
    table(rows);
  });
}
