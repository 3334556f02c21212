// Viewers by HTTPS: HTTP/2, HTTP/1.1, certificates by name and their reload.
import assert from 'node:assert/strict';
import {rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import tls from 'node:tls';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {ask, connect, startSecureEdge} from './lib/https.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {bin, edgeXml, startOrigin, temporaryFolder} from './lib/weir.mjs';

async function startLive(t, hosts = [], settings = {}) {
  const folder = await temporaryFolder(t);
  const origin = await startOrigin(t, settings);
  const edge = await startSecureEdge(t, origin, folder, hosts);
  const encoder = publish(t, origin.rtmp('live'));
  await until('the stream', 30, async () => {
    assert.equal(encoder.ended, undefined, encoder.output);
    return parseMedia((await getOk((await chunklists(edge.url('live')))[0].url)).text).segments.length > 0;
  });
  return {folder, origin, edge};
}

/** The certificate that is shown to a client that asks for `servername`. */
async function shown(t, edge, servername) {
  const socket = tls.connect({host: '127.0.0.1', port: edge.securePort, servername, rejectUnauthorized: false,
                              ALPNProtocols: ['h2', 'http/1.1']});
  t.after(() => socket.destroy());
  await new Promise((done, fail) => {
    socket.once('secureConnect', done);
    socket.once('error', fail);
  });
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

test('a live stream by HTTP/2 is the one by HTTP/1.1, byte by byte', async (t) => {
  const {edge} = await startLive(t);
  const session = await connect(t, edge);
  assert.equal(session.alpnProtocol, 'h2');
  const top = await ask(session, '/app/live/llhls.m3u8', {'accept-encoding': 'gzip'});
  assert.equal(top.status, 200);
  assert.equal(top.headers['content-encoding'], 'gzip');
  const [list] = await chunklists(edge.url('live'));
  const path = new URL(list.url).pathname;

  const chunklist = await ask(session, path);
  const segment = parseMedia(chunklist.text).segments[0];
  const media = new URL(segment.uri, list.url);
  const byH2 = await ask(session, media.pathname);
  const byH1 = await getOk(media.href);
  assert.ok(byH2.body.equals(byH1.body));
  assert.equal(byH2.headers.etag, byH1.headers.get('etag'));
  assert.equal(byH2.headers['cache-control'], byH1.headers.get('cache-control'));
  assert.equal((await ask(session, media.pathname, {'if-none-match': byH2.headers.etag})).status, 304);
  const part = await ask(session, media.pathname, {range: 'bytes=10-19'});
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(byH1.body.subarray(10, 20)));
  const head = await ask(session, media.pathname, {':method': 'HEAD'});
  assert.equal(Number(head.headers['content-length']), byH1.body.length);
  assert.equal(head.body.length, 0);
  assert.equal((await ask(session, '/app/none/llhls.m3u8')).status, 404);

  // Twenty parked reloads on one connection, each answered with its part.
  const {number, part: newest} = newestPart(parseMedia((await ask(session, path)).text));
  const answers = await Promise.all(Array.from({length: 20}, (_, i) => ask(
      session, `${path}?_HLS_msn=${number + 1 + (i >> 2)}&_HLS_part=${i & 3}`)).map((asked) => asked.catch((e) => e)));
  assert.ok(answers.some((answer) => answer.status === 200), `newest ${number}/${newest}`);
  for (const answer of answers) assert.ok([200, 400, 503].includes(answer.status), `${answer.status ?? answer}`);
});

test('curl by HTTP/2 and by HTTP/1.1, and a request with a body', async (t) => {
  const {edge} = await startLive(t);
  const curl = async (...args) => await run(t, 'curl', [
    '-sS', '--cacert', edge.certificates.default.certificate, '-o', '/dev/null', '-w', '%{http_code} %{http_version}', ...args]);
  const url = `${edge.secureBase}/app/live/llhls.m3u8`;
  assert.equal((await curl('--http2', url)).output, '200 2');
  assert.equal((await curl('--http1.1', url)).output, '200 1.1');
  assert.equal((await curl('--http2', '-I', url)).output, '200 2');
  assert.match((await curl('--http2', '--data-binary', `@${process.execPath}`, url)).output, /^(413|405) 2/);
  assert.match((await curl('--http2', '--tls-max', '1.1', url)).output, /^.*000 0/s);
  assert.equal((await curl('--http2', '--tls-max', '1.2', url)).output, '200 2');
});

test('each name is shown its certificate, and another one shows the first', async (t) => {
  const folder = await temporaryFolder(t);
  const edge = await startSecureEdge(t, '127.0.0.1:1', folder, ['one.example', 'two.example']);
  assert.equal(await shown(t, edge, 'one.example'), 'one.example');
  assert.equal(await shown(t, edge, 'two.example'), 'two.example');
  // What is served to any name is the default's, which stands last.
  assert.equal(await shown(t, edge, 'three.example'), 'default');
  assert.equal(await shown(t, edge, ''), 'one.example');
});

test('certificates are read again under load, and nobody is dropped', async (t) => {
  const {edge, folder} = await startLive(t);
  const path = '/app/live/llhls.m3u8';
  const sessions = await Promise.all(Array.from({length: 8}, () => connect(t, edge)));
  let answered = 0;
  let going = true;
  const failures = [];
  const load = sessions.map(async (session) => {
    while (going) {
      const answer = await ask(session, path).catch((error) => ({status: error}));
      if (answer.status === 200) ++answered;
      else failures.push(answer.status);
    }
  });
  for (let round = 0; round < 3; ++round) {
    await edge.makeCertificate('default', `IP:127.0.0.1,DNS:round${round}.example`);
    edge.kill('SIGHUP');
    await until('the new certificate', 10, async () => {
      const socket = tls.connect({host: '127.0.0.1', port: edge.securePort, rejectUnauthorized: false});
      await new Promise((done) => socket.once('secureConnect', done));
      const names = socket.getPeerCertificate().subjectaltname;
      socket.destroy();
      return names.includes(`round${round}.example`);
    });
    const before = answered;
    await until('more answers', 10, () => answered > before + 50);
  }
  assert.equal((edge.output.match(/certificates read again/g) ?? []).length, 3);

  await rename(edge.certificates.default.key, `${folder}/away`);
  edge.kill('SIGHUP');
  await until('the complaint', 10, () => edge.output.includes('the old certificates stay'));
  assert.match(edge.output, /default\.key/);
  assert.equal(await shown(t, edge, 'localhost'), 'default');
  going = false;
  await Promise.all(load);
  assert.deepEqual(failures, []);
  assert.ok(sessions.every((session) => !session.closed && !session.destroyed));
});

test('an edge that is stopped says goodbye, and answers what is under way', async (t) => {
  const {edge} = await startLive(t);
  const [list] = await chunklists(edge.url('live'));
  const session = await connect(t, edge);
  const {number} = newestPart(parseMedia((await getOk(list.url)).text));
  const goodbye = new Promise((done) => session.once('goaway', done));
  const parked = ask(session, `${new URL(list.url).pathname}?_HLS_msn=${number + 1}&_HLS_part=0`);
  await ask(session, '/');  // so the one before has come, too
  edge.kill('SIGTERM');
  assert.equal(await goodbye, 0);
  assert.ok([200, 503].includes((await parked).status));
  assert.equal((await edge.exit).code, 0);
});

test('a TLS port without a certificate is an error of the configuration', async (t) => {
  const config = join(await temporaryFolder(t), 'edge.xml');
  await writeFile(config, edgeXml({http: 3333, management: 8083, origins: ['127.0.0.1:1']})
      .replace('<LLHLS><Port>', '<LLHLS><TLSPort>3334</TLSPort><Port>'));
  const checked = await run(t, join(bin, 'weir-edge'), ['--config', config, '--check']);
  assert.equal(checked.code, 1);
  assert.match(checked.output, /<TLSPort> needs a certificate: <VirtualHost><Host><TLS>/);
});
