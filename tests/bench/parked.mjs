// Ten thousand blocked reloads on one edge: memory, CPU while they wait, and how fast all are answered. Edge and load
// share both cores. What a program takes that does nothing but send as much is measured beside it.
import {run, start} from '../system/lib/process.mjs';
import {chunklists} from '../system/lib/hls.mjs';
import {pause, until} from '../system/lib/wait.mjs';
import {cpus} from 'node:os';
import {cpuWhile, load, measuring, recording, resident, startEdge, startOrigin, startPublisher, table} from './lib/measure.mjs';

const CONNECTIONS = 10_000;
const ROUNDS = 4;
const SEGMENT = 6;
const FRAME_US = 33_333;
const WATCH_MS = 3000;
const ANSWER = 2200;  // bytes of an answer, head and body

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(2)} KB`;
const percent = ({cpu, seconds}) => `${((100 * cpu) / seconds).toFixed(1)} %`;

function answered(count, delay, [server, client]) {
  return {
    answers: count,
    'after, median': `${delay.median.toFixed(0)} ms`,
    p99: `${delay.p99.toFixed(0)} ms`,
    all: `${delay.max.toFixed(0)} ms`,
    'CPU of the server': `${server.toFixed(0)} ms`,
    'of the load program': `${client.toFixed(0)} ms`,
  };
}

const results = (output) => output.split('\n').filter((line) => line.startsWith('result')).map((line) => JSON.parse(line.slice(7)));

async function weir(t, cores) {
  const origin = await startOrigin(t, {segment: SEGMENT, cores});
  const edge = await startEdge(t, origin, {cores, loops: 2});
  const publisher = await startPublisher(t, origin, recording(300));
  const master = `http://127.0.0.1:${edge.ports.http}/app/copy0/llhls.m3u8`;
  await until('the stream', 30, () => chunklists(master));
  await pause(SEGMENT * 1000);
  const idle = resident(edge.pid);
  const alone = await cpuWhile(edge.pid, () => pause(WATCH_MS));
  const crowd = start(t, load, ['parked', '--to', `127.0.0.1:${edge.ports.http}`, '--stream', 'app/copy0', '--connections',
                                String(CONNECTIONS), '--rounds', String(ROUNDS + 1), '--frame-us', String(FRAME_US)]);
  const said = (what) => crowd.output.split('\n').filter((line) => line.startsWith(what)).length;
  const held = [];
  const answers = [];
  let connected;
  for (let round = 1; round <= ROUNDS; ++round) {
    await until('a word of the load program', 60, () => {
      if (connected === undefined && said('connected') > 0) connected = resident(edge.pid);
      if (crowd.ended !== undefined && said('parked') < round) throw new Error(crowd.output);
      return said('parked') >= round;
    }, 20);
    await pause(1000);
    const memory = resident(edge.pid);
    const watched = await cpuWhile(edge.pid, () => pause(WATCH_MS));
    const server = await cpuWhile(edge.pid, () => cpuWhile(crowd.pid, () => until('the answers', 30, () => said('result') >= round, 5)));
    const client = server.value;
    const cpu = [server.cpu - (server.seconds * watched.cpu) / watched.seconds, client.cpu].map((seconds) => 1000 * seconds);
    const {answers: count, delay_ms: delay} = results(crowd.output)[round - 1];
    held.push({
      parked: count,
      'memory each, over idle': kilobytes((memory - idle) / CONNECTIONS),
      'of it connected': kilobytes((connected - idle) / CONNECTIONS),
      'CPU while parked': percent(watched),
      'without anybody': percent(alone),
    });
    answers.push({server: 'Weir', ...answered(count, delay, cpu)});
  }
  for (const program of [crowd, publisher, edge, origin]) await program.kill();
  return {held, answers};
}

async function bare(t, cores) {
  const {code, output} = await run(t, 'taskset', ['-c', cores, load, 'bare', '--connections', String(CONNECTIONS), '--bytes', String(ANSWER),
                                                  '--threads', '2', '--rounds', String(ROUNDS)], 120);
  if (code !== 0) throw new Error(output);
  return results(output).map(({answers: count, delay_ms: delay, cpu_ms: cpu}) => ({server: 'bare send', ...answered(count, delay, cpu)}));
}

export async function parked() {
  await measuring(async (t) => {
    const cores = cpus().length > 1 ? '0,1' : '0';
    const {held, answers} = await weir(t, cores);
    table(held);
    console.log('');
    table([...answers, ...(await bare(t, cores))]);
  });
}
