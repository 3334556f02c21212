// Streams sent on to other servers.
import assert from 'node:assert/strict';
import {stat, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {createSocket} from 'node:dgram';
import {join} from 'node:path';
import test from 'node:test';

import {call, withApi} from './lib/api.mjs';
import {probe, publish} from './lib/ffmpeg.mjs';
import {start} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {freePort, patience, startOrigin, temporaryFolder} from './lib/weir.mjs';

const withPush = (xml) => withApi(xml).replace('<OVT/>', '<OVT/><Push/>');

const startPusher = (t, settings = {}, again = undefined) => startOrigin(t, {edit: withPush, ...settings}, again);

async function freeUdpPort() {
  return await new Promise((done, fail) => {
    const socket = createSocket('udp4');
    socket.on('error', fail);
    socket.bind(0, '127.0.0.1', () => {
      const {port} = socket.address();
      socket.close(() => done(port));
    });
  });
}

const rtmpBody = (id, url, key, stream = 'cam') =>
    ({id, stream: {name: stream}, protocol: 'rtmp', url, streamKey: key});

const tsBody = (id, protocol, url, stream = 'cam') => ({id, stream: {name: stream}, protocol, url});

async function startPush(origin, body) {
  const answer = await call(origin, ':startPush', body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.response;
}

async function pushOf(origin, id) {
  const answer = await call(origin, ':pushes', {id});
  assert.equal(answer.status, 200);
  return answer.body.response[0];
}

async function untilState(origin, id, state, seconds = 20) {
  return await until(`push ${id} to be ${state}`, seconds * patience, async () => {
    const push = await pushOf(origin, id);
    if (push?.state !== state) throw new Error(JSON.stringify(push));
    return push;
  });
}

/** Listens at `url`, and writes what comes to a file. */
function receive(t, url, file) {
  return start(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', '-i', url, '-c', 'copy',
                             '-f', 'mpegts', file]);
}

/** A port that takes connections, and never says a word. */
async function startSilent(t) {
  const sockets = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return server.address().port;
}

/** A port that takes no connection and refuses none: its queue is full, so SYNs are dropped. */
async function startBlackHole(t) {
  const python = start(t, 'python3', ['-uc', `
import socket, sys
server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(0)
waiting = [socket.socket() for _ in range(4)]
for one in waiting:
    one.setblocking(False)
    one.connect_ex(server.getsockname())
print(server.getsockname()[1])
sys.stdin.read()
`], {stdio: ['pipe', 'pipe', 'pipe']});
  return Number(await until('the black hole', 10 * patience, () => /^\d+/.exec(python.output)?.[0]));
}

test('one stream goes to three targets at once, and a dead one disturbs nobody', async (t) => {
  const origin = await startPusher(t);
  const other = await startOrigin(t);
  const folder = await temporaryFolder(t);
  const ports = {srt: await freeUdpPort(), udp: await freeUdpPort()};
  const silent = await startSilent(t);
  const files = {srt: join(folder, 'srt.ts'), udp: join(folder, 'udp.ts')};
  receive(t, `srt://127.0.0.1:${ports.srt}?mode=listener`, files.srt);
  receive(t, `udp://127.0.0.1:${ports.udp}`, files.udp);

  const ready = await startPush(origin, rtmpBody('rtmp', `rtmp://127.0.0.1:${other.ports.rtmp}/app`, 'copy?sig=geheim'));
  assert.equal(ready.state, 'ready');
  await startPush(origin, tsBody('srt', 'srt', `srt://127.0.0.1:${ports.srt}?mode=caller&latency=120000&timeout=500000`));
  await startPush(origin, tsBody('udp', 'mpegts', `udp://127.0.0.1:${ports.udp}`));
  await startPush(origin, rtmpBody('dead', `rtmp://127.0.0.1:${silent}/app`, 'x'));
  await startPush(origin, rtmpBody('hole', `rtmp://127.0.0.1:${await startBlackHole(t)}/app`, 'x'));
  assert.equal((await pushOf(origin, 'rtmp')).state, 'ready', 'there is no stream yet');

  publish(t, origin.rtmp('cam'));
  for (const id of ['rtmp', 'srt', 'udp']) {
    await untilState(origin, id, 'pushing');
    const before = await pushOf(origin, id);
    const after = await until(`${id} to move`, 10 * patience, async () => {
      const push = await pushOf(origin, id);
      return push.sentBytes > before.sentBytes + 50_000 ? push : undefined;
    });
    assert.equal(after.totalsentBytes, after.sentBytes);
    assert.ok(after.sentTime > 0);
    assert.equal(after.sequence, 0);
  }
  const dead = await until('the dead one to fail', 20 * patience, async () => {
    const push = await pushOf(origin, 'dead');
    return push.reason === undefined ? undefined : push;
  });
  assert.ok(['error', 'connecting'].includes(dead.state), dead.state);
  assert.match(dead.reason, /no leave to publish/);
  const hole = await until('the connection into the black hole to be given up', 40 * patience, async () => {
    const push = await pushOf(origin, 'hole');
    return push.reason === undefined ? undefined : push;
  });
  assert.ok(['error', 'connecting'].includes(hole.state), hole.state);
  assert.match(hole.reason, /cannot connect/);

  let slowest = 0;
  for (let i = 0; i < 50; ++i) slowest = Math.max(slowest, (await call(origin, ':pushes')).ms);
  t.diagnostic(`the slowest of 50 lists took ${slowest.toFixed(1)} ms`);

  assert.equal(await until('the copy', 10 * patience, () => other.metric('weir_streams')), 1);
  for (const file of Object.values(files)) {
    await until(`${file} to grow`, 20 * patience, async () => (await stat(file)).size > 200_000);
    const {streams} = await probe(t, file);
    assert.deepEqual(streams.map((s) => s.codec_name).sort(), ['aac', 'h264'], file);
  }
  for (const id of ['rtmp', 'srt', 'udp']) assert.equal((await pushOf(origin, id)).sequence, 0, `${id} was disturbed`);
  assert.doesNotMatch(origin.output + other.output, /geheim/);
});

test('a target that appears later is found, one that goes is found again, and tasks survive a restart', async (t) => {
  const origin = await startPusher(t);
  const where = {api: await freePort(), rtmp: await freePort(), relay: await freePort()};
  publish(t, origin.rtmp('cam'));
  await startPush(origin, rtmpBody('late', `rtmp://127.0.0.1:${where.rtmp}/app`, 'copy'));
  const failed = await untilState(origin, 'late', 'error');
  assert.match(failed.reason, /refused/);
  assert.ok(failed.sequence >= 1);

  const target = {ports: where, folder: await temporaryFolder(t)};
  const other = await startOrigin(t, {}, target);
  const first = await untilState(origin, 'late', 'pushing', 40);
  assert.equal(first.reason, undefined);
  await other.kill('SIGKILL');
  await until('the loss to be seen', 20 * patience, async () => (await pushOf(origin, 'late')).sequence > first.sequence);
  await startOrigin(t, {}, target);
  const again = await untilState(origin, 'late', 'pushing', 40);
  assert.ok(again.totalsentBytes >= first.totalsentBytes);

  await until('its progress to be kept', 20 * patience, async () => (await pushOf(origin, 'late')).sentBytes > 100_000);
  await origin.kill('SIGKILL');
  const reborn = await startPusher(t, {}, origin);
  const kept = await until('the task to be there', 10 * patience, () => pushOf(reborn, 'late'));
  assert.equal(kept.streamKey, 'copy');
  assert.ok(kept.sequence >= 2, JSON.stringify(kept));
  publish(t, reborn.rtmp('cam'));
  await untilState(reborn, 'late', 'pushing', 40);
});

test('the calls answer as the API says', async (t) => {
  const origin = await startPusher(t);
  const url = 'udp://127.0.0.1:9';
  const made = await startPush(origin, tsBody('one', 'mpegts', url));
  assert.deepEqual(Object.keys(made).sort(), [
    'app', 'createdTime', 'droppedFrames', 'finishTime', 'id', 'isConfig', 'protocol', 'sentBytes', 'sentTime', 'sequence',
    'startTime', 'state', 'stream', 'streamKey', 'totalsentBytes', 'totalsentTime', 'url', 'vhost',
  ]);
  assert.match(made.createdTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  const error = async (path, body, app = 'app') => {
    const {status, body: answer} = await call(origin, path, body, app);
    return `${status} ${answer.message}`;
  };
  assert.equal(await error(':startPush', tsBody('one', 'mpegts', url)), '409 [HTTP] Duplicate ID (409)');
  assert.equal(await error(':startPush', {}),
               '400 [HTTP] There is no required parameter [ id stream.name url protocol] (400)');
  assert.equal(await error(':startPush', tsBody('two', 'hls', url)),
               "400 [HTTP] Could not find protocol 'hls': [default/app] (400)");
  assert.equal(await error(':startPush', tsBody('two', 'srt', 'srt://127.0.0.1:9?mode=listener')),
               '400 [HTTP] Unsupported connection mode (400)');
  assert.equal(await error(':startPush', tsBody('two', 'mpegts', url), 'none'),
               '404 [HTTP] Could not find the application: [default/none] (404)');
  assert.equal(await error(':stopPush', {}), '400 [HTTP] There is no required parameter [ id] (400)');
  assert.equal(await error(':stopPush', {id: 'two'}), "404 [HTTP] Could not find id 'two': [default/app] (404)");
  assert.equal((await call(origin, ':pushes')).body.response.length, 1);
  assert.deepEqual((await call(origin, ':pushes', {id: 'two'})).body.response, []);
  assert.equal((await call(origin, ':pushes', undefined, 'none')).status, 404);
  const stopped = await call(origin, ':stopPush', {id: 'one'});
  assert.deepEqual(stopped.body, {statusCode: 200, message: 'OK'});
  assert.deepEqual((await call(origin, ':pushes')).body.response, []);
});

test('an application without <Push> pushes nothing', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  const answer = await call(origin, ':startPush', tsBody('one', 'mpegts', 'udp://127.0.0.1:9'));
  assert.equal(answer.body.message, '[HTTP] Could not find application: [default/app] (404)');
  assert.deepEqual((await call(origin, ':pushes')).body.response, []);
});

test('a stream map pushes whatever stream comes, for as long as it is there', async (t) => {
  const folder = await temporaryFolder(t);
  const other = await startOrigin(t);
  const map = join(folder, 'push_map.xml');
  await writeFile(map, `<PushInfo><Push>
    <Enable>true</Enable><StreamName>cam*</StreamName><Protocol>rtmp</Protocol>
    <Url>rtmp://127.0.0.1:${other.ports.rtmp}/\${Application}</Url><StreamKey>\${Stream}-copy</StreamKey>
  </Push></PushInfo>`);
  const edit = (xml) => withPush(xml).replace(
      '<Push/>', `<Push><StreamMap><Enable>true</Enable><Path>${map}</Path></StreamMap></Push>`);
  const origin = await startOrigin(t, {edit});
  const encoder = publish(t, origin.rtmp('cam1'));
  publish(t, origin.rtmp('other'));
  const pushes = async () => (await call(origin, ':pushes')).body.response;
  const [push] = await until('the push', 20 * patience, async () => {
    const all = await pushes();
    return all[0]?.state === 'pushing' ? all : undefined;
  });
  assert.equal(push.isConfig, true);
  assert.match(push.id, /^\w{6}$/);
  assert.equal(push.streamKey, 'cam1-copy');
  assert.equal((await pushes()).length, 1, 'the other stream is not in the map');
  await encoder.kill('SIGTERM');
  await until('the push to go with its stream', 20 * patience, async () => (await pushes()).length === 0);
  publish(t, origin.rtmp('cam1'));
  await until('another push', 20 * patience, async () => (await pushes())[0]?.state === 'pushing');
});
