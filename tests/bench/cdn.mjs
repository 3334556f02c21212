// Low-latency players behind a real cache, in front of one edge and of two in turns: what the edges are asked for, and
// how much later parts come than without the cache.
import {playMany, requestsOf, startCache} from '../system/lib/cdn.mjs';
import {chunklists, getOk, parseMedia} from '../system/lib/hls.mjs';
import {until} from '../system/lib/wait.mjs';
import {measuring, startEdge, startOrigin, startPublisher, table} from './lib/measure.mjs';

const PLAYERS = 200;
const SECONDS = Number(process.env.WEIR_BENCH_SECONDS ?? 60);
const DIRECT_SECONDS = 12;

async function theatre(t, count) {
  const origin = await startOrigin(t, {segment: 2});
  const edges = [];
  for (let i = 0; i < count; ++i) edges.push(await startEdge(t, origin));
  await startPublisher(t, origin);
  for (const edge of edges) {
    await until('some segments', 30, async () => {
      const [video] = await chunklists(`http://127.0.0.1:${edge.ports.http}/app/copy0/llhls.m3u8`);
      return parseMedia((await getOk(video.url)).text).segments.length > 2;
    });
  }
  return edges;
}

const faultsOf = (seen) => seen.lost + seen.hints_missed + seen.old_playlists + seen.different + seen.broken + seen.no_cors +
    seen.cookies + Object.values(seen.errors).reduce((a, b) => a + b, 0);

async function direct() {
  return await measuring(async (t) => {
    const [edge] = await theatre(t, 1);
    const to = `127.0.0.1:${edge.ports.http}`;
    return await playMany(t, {to, stream: 'app/copy0', players: PLAYERS, seconds: DIRECT_SECONDS});
  });
}

async function behind(kind, count) {
  return await measuring(async (t) => {
    const edges = await theatre(t, count);
    const cache = await startCache(t, kind, edges.map((edge) => edge.ports.http));
    const before = await requestsOf(edges);
    const seen = await playMany(t, {to: cache.address, stream: 'app/copy0', players: PLAYERS, seconds: SECONDS});
    const after = await requestsOf(edges);
    return {...seen, asked: Object.fromEntries(Object.keys(after).map((what) => [what, after[what] - before[what]]))};
  });
}

function row(name, seen) {
  const all = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
  const fixed = (counts) => `${counts.reload} / ${counts.part} / ${counts.init}`;
  return {
    'in front': name,
    'requests of players': all(seen.requests),
    'at the edges': seen.asked ? all(seen.asked) : '',
    'reloads, parts, inits at the edges': seen.asked ? fixed(seen.asked) : '',
    'distinct ones': fixed(seen.distinct),
    faults: faultsOf(seen) === 0 ? 0 : `${faultsOf(seen)}: ${seen.first_fault}`,
    'delay median': `${seen.delay_ms.median.toFixed(0)} ms`,
    p95: `${seen.delay_ms.p95.toFixed(0)} ms`,
    p99: `${seen.delay_ms.p99.toFixed(0)} ms`,
  };
}

async function cdn(kind) {
  const rows = [row('nothing', await direct())];
  for (const count of [1, 2]) {
    rows.push(row(`${kind}, ${count} edge${count > 1 ? 's' : ''}`, await behind(kind, count)));
  }
  table(rows);
}

export const cdnVarnish = () => cdn('varnish');
export const cdnNginx = () => cdn('nginx');
