// Weir behind load balancers and proxies: whose connection it is, and whom to believe.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {readFile, rename} from 'node:fs/promises';
import {connect} from 'node:net';
import {request} from 'node:http';
import {join} from 'node:path';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {startHaproxy} from './lib/haproxy.mjs';
import {getOk} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin} from './lib/weir.mjs';

// All of 127.0.0.0/8 is this machine: clients pick their address by the one they connect from.
const viewer = '127.0.0.7';
const proxyProtocol = (network, listener) =>
  `<ProxyProtocol><Networks><Network>${network}</Network></Networks>` +
  `<Listeners><Listener>${listener}</Listener></Listeners></ProxyProtocol>`;
const trusted = (network) => `<TrustedProxies><Network>${network}</Network></TrustedProxies>`;
const below = (weir) => (xml) => xml.replace('<Weir>', `<Weir>${weir}`);
const accessLog = '<AccessLog>access.log</AccessLog>';

/** GET from an address of this machine. */
async function getFrom(localAddress, port, {path = '/', headers = {}} = {}) {
  return await new Promise((done, fail) => {
    const sent = request({host: '127.0.0.1', port, path, headers, localAddress, agent: false}, (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode));
    });
    sent.on('error', fail);
    sent.end();
  });
}

/** Sends bytes from an address and gives what comes back until the other side ends it. */
async function exchange(localAddress, port, bytes) {
  return await new Promise((done) => {
    const socket = connect({host: '127.0.0.1', port, localAddress});
    let received = '';
    socket.on('data', (data) => (received += data));
    socket.on('error', () => {});
    socket.on('close', () => done(received));
    socket.write(bytes);
  });
}

/** Whether a connection goes from one port of this machine to the other. */
function isConnected(from, to) {
  const end = (port) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  // The promised readFile of Node 18 takes only the first page of such a file.
  return readFileSync('/proc/net/tcp', 'utf8').includes(` ${end(from)} ${end(to)} 01 `);
}

async function logged(edge, what, condition) {
  return await until(`${what} in the access log`, 10, async () => {
    const lines = (await readFile(join(edge.folder, 'access.log'), 'utf8')).trim().split('\n');
    return lines.find(condition);
  });
}

for (const [name, sends] of [['send-proxy', 1], ['send-proxy-v2', 2]]) {
  test(`haproxy with ${name} in front of both programs: the client's address arrives`, async (t) => {
    const origin = await startOrigin(t, {edit: below(proxyProtocol('127.0.0.1', 'RTMP'))});
    const edge = await startEdge(t, origin, {edit: below(accessLog + proxyProtocol('127.0.0.1', 'HTTP'))});
    const ports = await startHaproxy(t, {
      rtmp: {to: origin.ports.rtmp, server: `${name} check check-send-proxy inter 100ms fall 1`},
      http: {to: edge.ports.http, server: name},
    });
    publish(t, `rtmp://127.0.0.1:${ports.rtmp}/app/live`);
    await until('the stream', 30, () => getOk(`http://127.0.0.1:${ports.http}/app/live/llhls.m3u8`));
    const published = await until('the publication in the log', 5,
                                  () => /published by 127\.0\.0\.1:(\d+) over rtmp/.exec(origin.output));
    assert.ok(isConnected(Number(published[1]), ports.rtmp), 'that is the encoder, and not haproxy');

    assert.equal(await getFrom(viewer, ports.http, {path: `/app/live/llhls.m3u8?token=secret${sends}`}), 200);
    const line = await logged(edge, 'the viewer', (l) => l.startsWith(`${viewer} `));
    assert.match(line, /"GET \/app\/live\/llhls\.m3u8 HTTP\/1\.1" 200 \d+ "-" "-" \d+\.\d{3}$/);
  });
}

test('an encoder behind haproxy is known by its own address', async (t) => {
  const origin = await startOrigin(t, {edit: below(proxyProtocol('127.0.0.1', 'RTMP'))});
  const ports = await startHaproxy(t, {rtmp: {to: origin.ports.rtmp, server: 'send-proxy-v2'}});
  await exchange(viewer, ports.rtmp, 'this is no RTMP handshake');
  await until('its address in the log', 10, () => origin.output.includes(`rtmp [${viewer}:`));
});

test('a forged PROXY header from elsewhere, and none at all, are refused', async (t) => {
  const edge = await startEdge(t, '127.0.0.1:1', {edit: below(accessLog + proxyProtocol('127.0.0.2', 'HTTP'))});
  const header = 'PROXY TCP4 203.0.113.5 127.0.0.1 4000 80\r\n';
  const ask = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  assert.match(await exchange('127.0.0.2', edge.ports.http, header + ask), /^HTTP\/1\.1 200 /);
  await logged(edge, 'the named client', (l) => l.startsWith('203.0.113.5 '));

  assert.equal(await exchange('127.0.0.3', edge.ports.http, header + ask), '');
  await until('a line about it', 5, () => /\[127\.0\.0\.3:\d+\] refused 1 connections: not from a network/.test(edge.output));
  assert.equal(await exchange('127.0.0.2', edge.ports.http, ask), '');
  await until('a line about it', 5, () => /\[127\.0\.0\.2:\d+\] connection ended: PROXY header: there is none/.test(edge.output));
  assert.equal(await exchange('127.0.0.2', edge.ports.http, `PROXY TCP4 1.2.3 4 5 6\r\n${ask}`), '');
});

test('X-Forwarded-For is believed of a trusted proxy, and of nobody else', async (t) => {
  const edge = await startEdge(t, '127.0.0.1:1', {edit: below(accessLog + trusted('127.0.0.1'))});
  const ports = await startHaproxy(t, {
    http: {to: edge.ports.http, mode: 'http', frontend: 'option forwardfor'},
  });
  // What the client says of itself stands in front of what haproxy adds.
  assert.equal(await getFrom(viewer, ports.http, {path: '/?a', headers: {'X-Forwarded-For': '203.0.113.1'}}), 200);
  await logged(edge, 'the viewer', (l) => l.startsWith(`${viewer} `));
  // Straight to the edge, from an address that is not trusted.
  assert.equal(await getFrom('127.0.0.9', edge.ports.http, {headers: {'X-Forwarded-For': '203.0.113.2'}}), 200);
  await logged(edge, 'the stranger', (l) => l.startsWith('127.0.0.9 '));
  assert.doesNotMatch(await readFile(join(edge.folder, 'access.log'), 'utf8'), /203\.0\.113/);
});

test('the access log begins a new file on SIGHUP, and no secret gets into it', async (t) => {
  const edge = await startEdge(t, '127.0.0.1:1', {edit: below(accessLog)});
  const file = join(edge.folder, 'access.log');
  await getFrom(viewer, edge.ports.http, {path: '/?first', headers: {Referer: 'http://x/?secret', 'User-Agent': 'a"b'}});
  assert.match(await logged(edge, 'a request', (l) => l.startsWith(viewer)), /"GET \/ HTTP\/1\.1" 200 \d+ "-" "a\\x22b"/);
  await rename(file, `${file}.1`);
  edge.child.kill('SIGHUP');
  await until('the new file', 10, async () => (await readFile(file)) !== undefined);
  await getFrom(viewer, edge.ports.http, {path: '/t~secret/app/s/x.txt?policy=secret'});
  assert.match(await logged(edge, 'a request', (l) => l.startsWith(viewer)), /"GET \/\*\/app\/s\/x\.txt HTTP\/1\.1" 4\d\d /);
  assert.doesNotMatch((await readFile(file, 'utf8')) + (await readFile(`${file}.1`, 'utf8')), /secret/);
});

test('one client may have so many connections', async (t) => {
  const few = '<ConnectionsPerAddress>5</ConnectionsPerAddress>';
  const edge = await startEdge(t, '127.0.0.1:1', {edit: below(few)});
  const held = Array.from({length: 8}, () => {
    const socket = connect({host: '127.0.0.1', port: edge.ports.http, localAddress: '127.0.0.4'});
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    return socket;
  });
  await until('three to be refused', 10, () => held.filter((socket) => socket.destroyed).length === 3);
  assert.match(edge.output, /\[127\.0\.0\.4:\d+\] refused \d connections: this client has 5 open/);
  assert.equal(await getFrom('127.0.0.5', edge.ports.http), 200, 'others are served');
  held.find((socket) => !socket.destroyed).destroy();
  await until('its place to be free', 10, async () => (await getFrom('127.0.0.4', edge.ports.http)) === 200);
});
