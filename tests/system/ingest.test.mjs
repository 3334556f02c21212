// What reaches the origin's RTMP port, good and bad.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {patience, residentBytes, startEdge, startOrigin} from './lib/weir.mjs';

/** A raw connection to the RTMP port that keeps what comes back. */
async function raw(t, origin) {
  const socket = connect(origin.ports.rtmp, '127.0.0.1');
  const peer = {socket, received: Buffer.alloc(0), closed: false};
  socket.on('data', (data) => (peer.received = Buffer.concat([peer.received, data])));
  socket.on('error', () => {});
  socket.on('close', () => (peer.closed = true));
  t.after(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return peer;
}

function send(peer, bytes) {
  return new Promise((resolve) => (peer.closed ? resolve() : peer.socket.write(bytes, () => resolve())));
}

async function handshake(t, origin) {
  const peer = await raw(t, origin);
  await send(peer, Buffer.concat([Buffer.from([3]), Buffer.alloc(1536)]));
  await until('S0, S1 and S2', 10 * patience, () => peer.received.length >= 1 + 2 * 1536);
  await send(peer, peer.received.subarray(1, 1537));
  return peer;
}

/** A chunk with a full header: fmt 0. */
function chunk({csid = 3, length, type, payload = Buffer.alloc(0), timestamp = 0}) {
  const head = Buffer.alloc(12);
  head[0] = csid;
  head.writeUIntBE(timestamp, 1, 3);
  head.writeUIntBE(length ?? payload.length, 4, 3);
  head[7] = type;
  return Buffer.concat([head, payload]);
}

/** AMF0: an object in an object, `depth` times, as the command object of "connect". */
function nestedConnect(depth) {
  const name = Buffer.from([2, 0, 7, ...Buffer.from('connect'), 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
  const levels = Buffer.alloc(depth * 4);
  for (let i = 0; i < depth; ++i) levels.set([3, 0, 1, 0x61], i * 4);
  return Buffer.concat([name, levels]);
}

/** Splits a message into chunks of 128 bytes, the size until somebody says otherwise. */
function inChunks(message) {
  const [head, payload] = [message.subarray(0, 12), message.subarray(12)];
  const pieces = [head];
  for (let at = 0; at < payload.length; at += 128) {
    if (at > 0) pieces.push(Buffer.from([0xc0 | head[0]]));
    pieces.push(payload.subarray(at, at + 128));
  }
  return Buffer.concat(pieces);
}

const hostile = {
  'garbage instead of a handshake': async (t, origin) => {
    const peer = await raw(t, origin);
    await send(peer, Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100)));
    return peer;
  },
  'a handshake that stops half way': async (t, origin) => {
    const peer = await raw(t, origin);
    await send(peer, Buffer.concat([Buffer.from([3]), Buffer.alloc(700)]));
    return peer;
  },
  'garbage after the handshake': async (t, origin) => {
    const peer = await handshake(t, origin);
    await send(peer, Buffer.alloc(100_000, 0xff));
    return peer;
  },
  'a message that claims 16 MB': async (t, origin) => {
    const peer = await handshake(t, origin);
    await send(peer, chunk({length: 0xffffff, type: 9}));
    return peer;
  },
  'chunk streams without end': async (t, origin) => {
    const peer = await handshake(t, origin);
    for (let csid = 64; csid < 64 + 5000; ++csid) {
      const head = chunk({length: 1000, type: 9}).subarray(1);
      const id = csid - 64;
      await send(peer, Buffer.concat([Buffer.from([1, id & 0xff, id >> 8]), head, Buffer.alloc(128)]));
      if (peer.closed) break;
    }
    return peer;
  },
  'AMF nested 10,000 deep': async (t, origin) => {
    const peer = await handshake(t, origin);
    await send(peer, inChunks(chunk({type: 20, payload: nestedConnect(10_000)})));
    return peer;
  },
  'a connection that never says a word': raw,
};

test('hostile publishers are ended with a reason, and a good one does not notice', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('good'));
  const [{url}] = await until('the good stream', 30 * patience, () => chunklists(edge.url('good')));
  const start = newestPart(parseMedia((await getOk(url)).text)).number;
  for (const [what, attack] of Object.entries(hostile)) {
    await t.test(what, async (t2) => {
      const logged = origin.output.length;
      const peer = await attack(t2, origin);
      await until('the origin to end it', 15 * patience, () => peer.closed);
      const line = await until('a log line', 5, () => origin.output.slice(logged).split('\n').find((l) => / rtmp /.test(l)));
      t2.diagnostic(line);
    });
  }
  const after = await until('the good stream to go on', 20 * patience, async () => {
    const playlist = parseMedia((await getOk(url)).text);
    return newestPart(playlist).number > start + 1 ? playlist : undefined;
  });
  assert.ok(after.segments.every((s) => !s.gap && !s.discontinuity));
});

test('a thousand half-open connections with 4 MB promised by each leave memory flat', async (t) => {
  const origin = await startOrigin(t);
  const before = await residentBytes(origin.pid);
  const peers = [];
  for (let i = 0; i < 10; ++i) {
    peers.push(...(await Promise.all(Array.from({length: 100}, () => handshake(t, origin)))));
  }
  for (const peer of peers) await send(peer, chunk({length: 4 << 20, type: 9}));
  await until('the server to have read them', 10 * patience, async () => (await fetch(`${origin.management}/healthz`)).ok);
  const grown = (await residentBytes(origin.pid)) - before;
  t.diagnostic(`${(grown / 1000 / 1024).toFixed(0)} KB a connection`);
  if (patience === 1) assert.ok(grown < 64e6, `${(grown / 1e6).toFixed(1)} MB for 1000 connections`);
});

test('a second publisher of a name is refused, and the first goes on', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  const first = publish(t, origin.rtmp('mine'));
  const [{url}] = await until('the first', 30 * patience, () => chunklists(edge.url('mine')));
  const second = publish(t, origin.rtmp('mine'), {extra: ['-loglevel', 'verbose']});
  await until('the second to be turned away', 20 * patience, () => second.ended);
  assert.notEqual(second.ended.code, 0);
  assert.match(second.output, /a stream of this name exists/);
  assert.match(origin.output, /a stream of this name exists/);
  assert.equal(first.ended, undefined);
  const now = newestPart(parseMedia((await getOk(url)).text)).number;
  await until('the first to go on', 20 * patience, async () =>
      newestPart(parseMedia((await getOk(url)).text)).number > now + 1);
});

test('a publisher who falls silent is ended, and the name is free again', async (t) => {
  const origin = await startOrigin(t, {silence: 2000});
  const edge = await startEdge(t, origin);
  const first = publish(t, origin.rtmp('quiet'));
  await until('the stream', 30 * patience, () => chunklists(edge.url('quiet')));
  first.child.kill('SIGSTOP');
  await until('the name to be free', 20 * patience, () => /silen|said nothing|no data/i.test(origin.output));
  publish(t, origin.rtmp('quiet'));
  await until('the stream again', 30 * patience, async () => {
    const [{url}] = await chunklists(edge.url('quiet'));
    const playlist = parseMedia((await getOk(url)).text);
    return [...playlist.segments, playlist.open].some((s) => s.discontinuity) || playlist.discontinuitySequence > 0;
  });
});

test('an application that is not configured is refused', async (t) => {
  const origin = await startOrigin(t);
  const encoder = publish(t, origin.rtmp('x', 'nowhere'));
  await until('the encoder to be turned away', 20 * patience, () => encoder.ended);
  assert.notEqual(encoder.ended.code, 0);
  assert.match(origin.output, /nowhere/);
  const edge = await startEdge(t, origin);
  assert.equal((await get(edge.url('x', 'llhls.m3u8', 'nowhere'))).status, 404);
});
