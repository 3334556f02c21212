// Origin CPU and memory per RTMP stream, at 50, 200 and 500 copies of one recording; nginx-rtmp
// takes the same in the same run.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {pause, until} from '../system/lib/wait.mjs';
import {freePort} from '../system/lib/weir.mjs';
import {cpuSeconds, load, LOAD_CORE, measuring, pinned, recording, resident, SERVER_CORE, startOrigin, table} from './lib/measure.mjs';

const COPIES = [50, 200, 500];
const SECONDS = 15;

async function publishers(t, port, copies) {
  const publisher = pinned(t, LOAD_CORE, load, ['publish', '--to', `127.0.0.1:${port}`, '--file', recording(),
                                                '--copies', String(copies), '--seconds', '120']);
  await until(`${copies} publishers`, 60, () => {
    if (publisher.ended) throw new Error(publisher.output);
    return publisher.output.includes('all publishing');
  });
  return publisher;
}

async function cpuShare(pid) {
  const [cpu, clock] = [cpuSeconds(pid), process.hrtime.bigint()];
  await pause(SECONDS * 1000);
  return (cpuSeconds(pid) - cpu) / (Number(process.hrtime.bigint() - clock) / 1e9);
}

async function weir(copies) {
  return await measuring(async (t) => {
    const origin = await startOrigin(t, {segment: 1, count: 4});
    const empty = resident(origin.pid);
    await publishers(t, origin.ports.rtmp, copies);
    await until('full backlogs', 60, async () => (await origin.metric('weir_streams')) === copies);
    await pause(9000);
    const cpu = await cpuShare(origin.pid);
    const backlog = await origin.metric('weir_backlog_bytes');
    const overhead = (resident(origin.pid) - empty - backlog) / copies;
    return {cpu, overhead, backlog: backlog / copies};
  });
}

async function nginx(copies) {
  return await measuring(async (t) => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
    t.after(() => rmSync(folder, {recursive: true, force: true}));
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, `
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
rtmp { access_log off; server { listen 127.0.0.1:${port}; chunk_size 60000; application app { live on; } } }
`);
    const server = pinned(t, SERVER_CORE, 'nginx', ['-c', config]);
    await pause(500);
    const empty = resident(server.pid);
    await publishers(t, port, copies);
    await pause(3000);
    const cpu = await cpuShare(server.pid);
    return {cpu, overhead: (resident(server.pid) - empty) / copies};
  });
}

export async function ingest() {
  const rows = [];
  for (const copies of COPIES) {
    const [ours, theirs] = [await weir(copies), await nginx(copies)];
    const perStream = (result) => `${((100 * result.cpu) / copies).toFixed(3)} %`;
    rows.push({
      streams: copies,
      'Weir CPU per stream': perStream(ours),
      'nginx-rtmp CPU per stream': perStream(theirs),
      ratio: (ours.cpu / theirs.cpu).toFixed(2),
      'Weir memory per stream beyond the backlog': `${(ours.overhead / 1024).toFixed(0)} KB`,
      'backlog per stream': `${(ours.backlog / 1e6).toFixed(2)} MB`,
      'nginx-rtmp memory per stream': `${(theirs.overhead / 1024).toFixed(0)} KB`,
    });
    console.log(`${copies} streams done`);
  }
  table(rows);
}
