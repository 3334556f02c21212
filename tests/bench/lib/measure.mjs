// What the measurements share: programs pinned to a core, the recording, the CPU clock.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';

import {start} from '../../system/lib/process.mjs';
import {until} from '../../system/lib/wait.mjs';
import {bin, edgeXml, freePort, originXml, root} from '../../system/lib/weir.mjs';

export const SERVER_CORE = '0';
export const LOAD_CORE = String(Math.min(1, cpus().length - 1));

/** Runs one measurement; whatever it starts ends with it. */
export async function measuring(run) {
  const ends = [];
  const t = {after: (end) => ends.unshift(end)};
  try {
    return await run(t);
  } finally {
    for (const end of ends) await end();
  }
}

export function pinned(t, core, command, args) {
  return start(t, 'taskset', ['-c', core, command, ...args]);
}

/** 720p30 H.264 at 2 Mb/s (or another rate) with a key frame each second, and AAC: 20 s, made once. */
export function recording(kilobits = 1900) {
  const file = join(root, kilobits === 1900 ? 'build/bench/720p30-2M.flv' : `build/bench/720p30-${kilobits}k.flv`);
  if (!existsSync(file)) {
    mkdirSync(join(root, 'build/bench'), {recursive: true});
    execFileSync('ffmpeg', [
      '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30,noise=alls=12:allf=t',
      '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '20', '-c:v', 'libx264', '-preset', 'veryfast',
      '-b:v', `${kilobits}k`, '-maxrate', `${kilobits}k`, '-bufsize', `${kilobits / 2}k`, '-g', '30', '-keyint_min', '30', '-sc_threshold', '0',
      '-bf', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '96k', '-f', 'flv', file,
    ]);
  }
  return file;
}

/** CPU seconds that the threads of a process have used, to the nanosecond. */
export function cpuSeconds(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
  return times.reduce((sum, time) => sum + time, 0) / 1e9;
}

export function resident(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

async function startWeir(t, name, xml, port, {cores = SERVER_CORE, loops = 1}) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  const config = join(folder, `${name}.xml`);
  writeFileSync(config, xml.replace('<Weir>', `<Weir><Loops>${loops}</Loops>`));
  const program = pinned(t, cores, join(bin, `weir-${name}`), ['--config', config, '--data', folder]);
  const management = `http://127.0.0.1:${port}`;
  await until(`weir-${name}`, 10, async () => {
    if (program.ended) throw new Error(program.output);
    return (await fetch(`${management}/readyz`)).ok;
  });
  program.metric = async (metric) => {
    const text = await (await fetch(`${management}/metrics`)).text();
    return Number(text.split('\n').find((l) => l.startsWith(`${metric} `) || l.startsWith(`${metric}{`))?.split(' ').at(-1));
  };
  program.metrics = async () => await (await fetch(`${management}/metrics`)).text();
  return program;
}

/** Publishes the recording as app/copy0 until the measurement ends. */
export async function startPublisher(t, origin, file = recording()) {
  const publisher = pinned(t, LOAD_CORE, load, ['publish', '--to', `127.0.0.1:${origin.ports.rtmp}`, '--file', file,
                                                '--copies', '1', '--seconds', '600']);
  await until('the publisher', 20, () => {
    if (publisher.ended) throw new Error(publisher.output);
    return publisher.output.includes('all publishing');
  });
  return publisher;
}

/** CPU share of a process while `run` goes on, and what that gives. */
export async function cpuWhile(pid, run) {
  const [cpu, clock] = [cpuSeconds(pid), process.hrtime.bigint()];
  const value = await run();
  return {value, cpu: cpuSeconds(pid) - cpu, seconds: Number(process.hrtime.bigint() - clock) / 1e9};
}

/** `settings`: the configuration's, `cores` and `loops` of the program, and `edit` of its text. */
export async function startOrigin(t, settings = {}) {
  const ports = {api: await freePort(), rtmp: await freePort(), relay: await freePort()};
  const edit = settings.edit ?? ((xml) => xml);
  const origin = await startWeir(t, 'origin', edit(originXml({...ports, ...settings})), ports.api, settings);
  return Object.assign(origin, {ports});
}

export async function startEdge(t, origin, settings = {}) {
  const ports = {http: await freePort(), management: await freePort()};
  const edit = settings.edit ?? ((xml) => xml);
  const xml = edit(edgeXml({...ports, origins: [`127.0.0.1:${origin.ports.relay}`], ...settings}));
  const edge = await startWeir(t, 'edge', xml, ports.management, settings);
  return Object.assign(edge, {ports});
}

export const load = join(bin, 'weir-load');

export function table(rows) {
  const names = Object.keys(rows[0]);
  console.log(`| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${names.map((name) => row[name]).join(' | ')} |`);
}
