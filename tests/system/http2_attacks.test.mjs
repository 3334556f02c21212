// Clients that mean harm, over HTTP/2: the others are served on, memory stays flat, and the log has one line.
import assert from 'node:assert/strict';
import test from 'node:test';

import {ask, connect, connectRaw, CONTINUATION, END_HEADERS, END_STREAM, frame, getBlock, HEADERS, opening, RST_STREAM,
        startSecureEdge} from './lib/https.mjs';
import {until} from './lib/wait.mjs';
import {patience, residentBytes, temporaryFolder} from './lib/weir.mjs';

const cancel = Buffer.from([0, 0, 0, 8]);
const mega = 1 << 20;

async function startQuiet(t) {
  const edge = await startSecureEdge(t, '127.0.0.1:1', await temporaryFolder(t));
  edge.good = await connect(t, edge);
  await assertServes(edge);
  edge.before = await residentBytes(edge.pid);
  return edge;
}

async function assertServes(edge) {
  const answer = await ask(edge.good, '/');
  assert.equal(answer.status, 200);
}

/** The lines of the log about the port since the edge was ready. */
function lines(edge) {
  return edge.output.split('\n').filter((line) => / (warn|error|info) +http/.test(line));
}

/** Writes until the server has had enough; the number of bytes it took. */
async function pour(socket, next) {
  let sent = 0;
  while (!socket.destroyed && socket.writable) {
    const bytes = next(sent);
    if (bytes === undefined) break;
    sent += bytes.length;
    if (!socket.write(bytes)) await Promise.race([new Promise((done) => socket.once('drain', done)), socket.closed_]);
  }
  return sent;
}

test('100,000 rapid resets', async (t) => {
  const edge = await startQuiet(t);
  const socket = await connectRaw(t, edge);
  socket.resume();
  socket.write(opening);
  let streams = 0;
  await pour(socket, () => {
    if (streams >= 100_000) return undefined;
    const batch = [];
    for (let i = 0; i < 50; ++i, ++streams) {
      const id = 2 * streams + 1;
      batch.push(frame(HEADERS, END_HEADERS | END_STREAM, id, getBlock('/app/none/llhls.m3u8')), frame(RST_STREAM, 0, id, cancel));
    }
    return Buffer.concat(batch);
  });
  await until('the connection to be ended', 20 * patience, () => edge.output.includes('streams were reset'));
  await assertServes(edge);
  assert.equal(lines(edge).length, 1, lines(edge).join('\n'));
  const grown = (await residentBytes(edge.pid)) - edge.before;
  assert.ok(grown < 8 * mega, `memory grew by ${grown}`);
});

test('50 MB of header fields in CONTINUATION frames', async (t) => {
  const edge = await startQuiet(t);
  const socket = await connectRaw(t, edge);
  socket.resume();
  socket.write(Buffer.concat([opening, frame(HEADERS, END_STREAM, 1, getBlock('/'))]));
  const field = Buffer.concat([Buffer.from([0, 1, 0x78, 0x7f, 0x80, 0x7d]), Buffer.alloc(16_127, 'y')]);
  const one = frame(CONTINUATION, 0, 1, field);
  await pour(socket, (sent) => (sent < 50 * mega ? one : undefined));
  await until('the connection to be ended', 20 * patience, () => /header fields are far too large/.test(edge.output));
  await assertServes(edge);
  assert.equal(lines(edge).length, 1, lines(edge).join('\n'));
  const grown = (await residentBytes(edge.pid)) - edge.before;
  assert.ok(grown < 8 * mega, `memory grew by ${grown}`);
});

test('clients that ask and never read hold no more than a little each', async (t) => {
  const edge = await startQuiet(t);
  const sockets = await Promise.all(Array.from({length: 50}, () => connectRaw(t, edge)));
  for (const socket of sockets) {
    socket.pause();
    socket.write(opening);
    // The largest windows there are, and the page 100 times.
    socket.write(frame(4, 0, 0, Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])));
    socket.write(frame(8, 0, 0, Buffer.from([0x7f, 0, 0, 0])));
    for (let i = 0; i < 100; ++i) {
      socket.write(frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, getBlock('/')));
    }
  }
  let last = 0;
  await until('memory to stand still', 20 * patience, async () => {
    const now = await residentBytes(edge.pid);
    const still = Math.abs(now - last) < 256 * 1024;
    last = now;
    return still;
  }, 500);
  await assertServes(edge);
  const each = (last - edge.before) / sockets.length;
  t.diagnostic(`${(each / 1024).toFixed(0)} KiB for each of ${sockets.length} connections`);
  assert.ok(each < mega, `${each} bytes each`);
  assert.deepEqual(lines(edge), []);
});

test('a flood of pings, one of settings, and bytes that are no HTTP/2', async (t) => {
  const edge = await startQuiet(t);
  const floods = [frame(6, 0, 0, Buffer.alloc(8)), frame(4, 0, 0)];
  for (const [i, flood] of floods.entries()) {
    const socket = await connectRaw(t, edge);
    socket.resume();
    socket.write(opening);
    const many = Buffer.concat(Array.from({length: 100}, () => flood));
    await pour(socket, (sent) => (sent < 10 * mega ? many : undefined));
    await until('the connection to be ended', 20 * patience, () => lines(edge).length === i + 1);
  }
  const socket = await connectRaw(t, edge);
  socket.resume();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until('the connection to be ended', 20 * patience, () => lines(edge).length === 3);
  await assertServes(edge);
});

test('thousands of idle TLS connections cost little each', async (t) => {
  const edge = await startQuiet(t);
  const count = 1000;
  for (let made = 0; made < count; made += 50) {
    await Promise.all(Array.from({length: 50}, async () => {
      const socket = await connectRaw(t, edge);
      socket.resume();
      socket.write(opening);
    }));
  }
  await assertServes(edge);
  const each = ((await residentBytes(edge.pid)) - edge.before) / count;
  t.diagnostic(`${(each / 1024).toFixed(1)} KiB for each of ${count} connections`);
  assert.ok(each < 64 * 1024, `${each} bytes each`);
});
