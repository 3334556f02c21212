// Clients that mean harm, over HTTP/1.1: service goes on for the others, in flat memory.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {residentBytes, startEdge, startOrigin} from './lib/weir.mjs';

const crowd = 400;
// Of resident memory. A body or two kept for each of them would be far above.
const bytesEach = 16e3;
const slack = 6e6;

/** Opens connections that count their bytes and their end. */
async function mob(t, port, count, options = {}) {
  const members = Array.from({length: count}, () => {
    const member = {socket: connect({port, host: '127.0.0.1', ...options}), received: '', closed: false};
    member.socket.on('error', () => {});
    member.socket.on('close', () => (member.closed = true));
    t.after(() => member.socket.destroy());
    return member;
  });
  await until('all of them to be connected', 30, () => members.every((m) => m.socket.readyState === 'open' || m.closed));
  return members;
}

const listen = (member) => member.socket.on('data', (data) => (member.received += data));

/** A player that reloads as one must, and counts. */
function view(t, url) {
  const viewer = {reloads: 0, failure: undefined, stop: false};
  viewer.run = (async () => {
    let {number, part} = newestPart(parseMedia((await getOk(url)).text));
    while (!viewer.stop) {
      const playlist = parseMedia((await getOk(`${url}?_HLS_msn=${number}&_HLS_part=${part + 1}`)).text);
      const next = newestPart(playlist);
      assert.ok(next.number > number || next.part > part, 'answered without anything new');
      ({number, part} = next);
      ++viewer.reloads;
    }
  })().catch((error) => (viewer.failure = error));
  t.after(() => (viewer.stop = true));
  return viewer;
}

async function live(t) {
  const origin = await startOrigin(t, {segment: 1, count: 4});
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('live'), {bitrate: '4000k', gop: 30});
  const [{url}] = await until('the stream', 30, () => chunklists(edge.url('live')));
  const read = async () => parseMedia((await getOk(url)).text);
  const first = (await until('a segment', 30, async () => (await read()).segments[0])).number;
  // Until the edge keeps as much of the stream as it ever will.
  const playlist = await until('the window to have moved on', 40, async () => {
    const p = await read();
    return p.segments[0].number > first + 10 ? p : undefined;
  });
  return {edge, url, segment: new URL(playlist.segments.at(-1).uri, url).pathname};
}

/** Runs `attack` while a viewer watches; memory may grow by what `members` connections are worth. */
async function underAttack(t, {edge, url}, members, attack) {
  const viewer = view(t, url);
  await until('the viewer to play', 20, () => viewer.reloads > 3);
  const before = await residentBytes(edge.pid);
  let peak = before;
  const sampling = setInterval(async () => (peak = Math.max(peak, await residentBytes(edge.pid))), 250);
  t.after(() => clearInterval(sampling));
  await attack();
  clearInterval(sampling);
  const grown = peak - before;
  const seen = viewer.reloads;
  await until('the viewer to go on', 20, () => viewer.failure !== undefined || viewer.reloads > seen + 3);
  assert.equal(viewer.failure, undefined, viewer.failure?.message);
  assert.ok(grown < members * bytesEach + slack, `memory grew by ${(grown / 1e6).toFixed(1)} MB`);
  t.diagnostic(`memory grew by ${(grown / 1e6).toFixed(1)} MB; ${viewer.reloads} reloads meanwhile`);
}

test('harm by HTTP/1.1', {concurrency: true}, async (t) => {
  await Promise.all([
    t.test('slow heads and slow bodies are ended after their time, however busy they look', async (t) => {
      const stage = await live(t);
      await underAttack(t, stage, 2 * crowd, async () => {
        const heads = await mob(t, stage.edge.ports.http, crowd);
        const bodies = await mob(t, stage.edge.ports.http, crowd);
        for (const member of [...heads, ...bodies]) listen(member);
        for (const {socket} of heads) socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
        for (const {socket} of bodies) socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n');
        const drip = setInterval(() => {
          for (const {socket, closed} of heads) if (!closed) socket.write('X: y\r\n');
          for (const {socket, closed} of bodies) if (!closed) socket.write('z');
        }, 1000);
        t.after(() => clearInterval(drip));
        await until('every slow head to be ended', 30, () => heads.every((m) => m.closed), 200);
        assert.ok(heads.every((m) => m.received.startsWith('HTTP/1.1 408 ')));
        await until('every slow body to be ended', 50, () => bodies.every((m) => m.closed), 200);
        assert.ok(bodies.every((m) => m.received.startsWith('HTTP/1.1 408 ')));
        clearInterval(drip);
      });
    }),

    t.test('clients that never read hold nothing but what the kernel took, and are ended', async (t) => {
      const stage = await live(t);
      await underAttack(t, stage, crowd, async () => {
        const deaf = await mob(t, stage.edge.ports.http, crowd);
        for (const {socket} of deaf) {
          socket.pause();
          // Far more than sockets hold.
          socket.write(`GET ${stage.segment} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(50));
        }
        // They do not notice the end themselves, since they do not read.
        const ended = () => stage.edge.output.match(/the peer does not take \d+ bytes/g)?.length;
        await until('the edge to end them', 90, () => ended() === deaf.length, 500);
      });
    }),

    t.test('connections that say nothing, or come and go, disturb nobody', async (t) => {
      const stage = await live(t);
      await underAttack(t, stage, crowd, async () => {
        const silent = await mob(t, stage.edge.ports.http, crowd);
        for (let round = 0; round < 5; ++round) {
          const flood = await mob(t, stage.edge.ports.http, crowd);
          for (const {socket} of flood) {
            socket.write(`GET ${stage.segment} HTTP/1.1\r\nHost: x\r\n\r\n`);
            socket.resetAndDestroy?.() ?? socket.destroy();
          }
        }
        assert.ok(silent.every((m) => !m.closed), 'they may wait for as long as an idle connection may');
      });
    }),
  ]);
});
