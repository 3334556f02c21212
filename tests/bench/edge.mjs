// Requests per CPU second of an edge's loop, and of an nginx worker that has the same bytes in files: media parts of about
// 64 KB, and playlists of about 2 KB in gzip, by HTTP/1.1 and by HTTP/2 over TLS.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {get as httpGet} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {makeCertificate, tlsXml} from '../system/lib/certificate.mjs';
import {chunklists, getOk, newestPart, parseMedia} from '../system/lib/hls.mjs';
import {run} from '../system/lib/process.mjs';
import {until} from '../system/lib/wait.mjs';
import {freePort} from '../system/lib/weir.mjs';
import {cpuWhile, LOAD_CORE, measuring, pinned, SERVER_CORE, startEdge, startOrigin, startPublisher, table} from './lib/measure.mjs';

const ROUNDS = 12;  // in short turns, since the machine may have other things to do
const SECONDS = 1;
const PART = 64 * 1024;  // a quarter of a second of the recording

/** As it comes, not unpacked. */
function raw(url) {
  return new Promise((resolve, reject) => {
    httpGet(url, {headers: {'accept-encoding': 'gzip'}}, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({headers: response.headers, body: Buffer.concat(pieces)}));
    }).on('error', reject);
  });
}

/** The newest playlist that never changes, and the part nearest to 64 KB. */
async function pick(edge) {
  const [video] = await chunklists(`http://127.0.0.1:${edge.ports.http}/app/copy0/llhls.m3u8`);
  const playlist = parseMedia((await getOk(video.url)).text);
  const {number, part} = newestPart(playlist);
  const parts = [];
  for (const {URI} of [...playlist.segments, playlist.open].flatMap((segment) => segment.parts).slice(-8)) {
    const url = new URL(URI, video.url).href;
    parts.push({url, ...(await raw(url))});
  }
  parts.sort((a, b) => Math.abs(a.body.length - PART) - Math.abs(b.body.length - PART));
  const reload = `${video.url}?_HLS_msn=${number}&_HLS_part=${part}`;
  return {part: parts[0], playlist: {url: reload, ...(await raw(reload))}};
}

async function startNginx(t, files, certificate) {
  const port = await freePort();
  const securePort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  mkdirSync(join(folder, 'www'));
  writeFileSync(join(folder, 'www/part.m4s'), files.part.body);
  writeFileSync(join(folder, 'www/playlist.m3u8'), 'only the packed one is asked for');
  writeFileSync(join(folder, 'www/playlist.m3u8.gz'), files.playlist.body);
  writeFileSync(join(folder, 'nginx.conf'), `
daemon off; master_process off; worker_processes 1; pid pid; error_log error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
  open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;
  types { video/mp4 m4s; application/vnd.apple.mpegurl m3u8; }
  server {
    listen 127.0.0.1:${port}; listen 127.0.0.1:${securePort} ssl http2; root www;
    ssl_certificate ${certificate.certificate}; ssl_certificate_key ${certificate.key}; gzip_static on; etag on;
    add_header Cache-Control "public, max-age=86400, immutable";
    add_header Access-Control-Allow-Origin "*";
    add_header Access-Control-Expose-Headers "Age, Content-Length, Content-Range, Date, ETag, Retry-After";
  }
}
`);
  const server = pinned(t, SERVER_CORE, 'nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]);
  await until('nginx', 10, async () => (await fetch(`http://127.0.0.1:${port}/part.m4s`)).ok);
  const names = {part: 'part.m4s', playlist: 'playlist.m3u8'};
  return {pid: server.pid, end: () => server.kill(), url: (protocol, what) => protocol.base(port, securePort) + names[what]};
}

const protocols = [
  {
    name: 'HTTP/1.1',
    base: (port) => `http://127.0.0.1:${port}/`,
    load: ['wrk', '-t1', '-c64', `-d${SECONDS}s`, '-H', 'Accept-Encoding: gzip'],
    count: (output) => (/Non-2xx|Socket errors/.test(output) ? 0 : Number(/(\d+) requests in/.exec(output)?.[1])),
  },
  {
    name: 'HTTP/2, TLS',
    base: (port, securePort) => `https://127.0.0.1:${securePort}/`,
    load: ['h2load', '-t1', '-c16', '-m4', '-D', String(SECONDS), '-H', 'accept-encoding: gzip'],
    count: (output) => (/status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx/.test(output) ? Number(/(\d+) succeeded/.exec(output)?.[1]) : 0),
  },
];

/** Requests, and CPU seconds of the server. */
async function measure(t, protocol, pid, url) {
  const measured = await cpuWhile(pid, () => run(t, 'taskset', ['-c', LOAD_CORE, ...protocol.load, url], SECONDS + 20));
  const requests = protocol.count(measured.value.output);
  if (!(requests > 0)) throw new Error(measured.value.output);
  return {requests, cpu: measured.cpu, seconds: measured.seconds};
}

/** The same of both, in turns. */
async function compare(t, protocol, sides) {
  const sums = sides.map(() => ({requests: 0, cpu: 0, seconds: 0}));
  for (let round = 0; round < ROUNDS; ++round) {
    for (const [i, {pid, url}] of sides.entries()) {
      for (const [what, value] of Object.entries(await measure(t, protocol, pid, url))) sums[i][what] += value;
    }
  }
  return sums.map(({requests, cpu, seconds}) => ({perCpuSecond: requests / cpu, share: cpu / seconds}));
}

export async function edge() {
  await measuring(async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
    t.after(() => rmSync(folder, {recursive: true, force: true}));
    const securePort = await freePort();
    const certificate = await makeCertificate(t, folder, 'bench');
    // Parts are listed for three target durations: with these, some three hundred.
    const origin = await startOrigin(t, {segment: 25, chunk: 0.25, count: 12});
    const server = await startEdge(t, origin, {
      edit: (xml) => xml.replace(/(<LLHLS><Port>\d+<\/Port>)/, `$1<TLSPort>${securePort}</TLSPort>`)
          .replace('</Names></Host>', `</Names>${tlsXml(certificate)}</Host>`),
    });
    await startPublisher(t, origin);
    await until('three segments', 120, async () => {
      const [video] = await chunklists(`http://127.0.0.1:${server.ports.http}/app/copy0/llhls.m3u8`);
      return parseMedia((await getOk(video.url)).text).segments.length >= 3;
    }, 500);
    const rows = [];
    for (const protocol of protocols) {
      for (const what of ['part', 'playlist']) {
        const files = await pick(server);
        const nginx = await startNginx(t, files, certificate);
        const {pathname, search} = new URL(files[what].url);
        const ourUrl = protocol.base(server.ports.http, securePort) + (pathname + search).slice(1);
        const [theirs, ours] = await compare(t, protocol, [
          {pid: nginx.pid, url: nginx.url(protocol, what)}, {pid: server.pid, url: ourUrl},
        ]);
        await nginx.end();
        rows.push({
          protocol: protocol.name,
          file: what,
          bytes: files[what].body.length,
          'Weir requests per CPU second': Math.round(ours.perCpuSecond),
          'nginx': Math.round(theirs.perCpuSecond),
          ratio: (ours.perCpuSecond / theirs.perCpuSecond).toFixed(2),
          'CPU used (Weir, nginx)': `${(100 * ours.share).toFixed(0)} %, ${(100 * theirs.share).toFixed(0)} %`,
        });
      }
    }
    table(rows);
  });
}
