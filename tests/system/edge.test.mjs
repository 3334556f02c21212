// How the edge answers over HTTP.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {residentBytes, startEdge, startOrigin} from './lib/weir.mjs';

test('the first viewer waits and is served', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('first'));
  await until('the origin to have it', 20, async () => (await origin.metric('weir_streams')) === 1);
  const answer = await get(edge.url('first'));
  assert.equal(answer.status, 200);
  assert.match(answer.text, /#EXT-X-STREAM-INF/);
  // A hundred at once share one pull.
  const edge2 = await startEdge(t, origin);
  const answers = await Promise.all(Array.from({length: 100}, () => get(edge2.url('first'))));
  assert.ok(answers.every((a) => a.status === 200 && a.text === answers[0].text));
  await until('both edges to be counted', 10, async () => (await origin.metric('weir_relay_subscriptions')) >= 2);
  assert.equal(await origin.metric('weir_relay_subscriptions'), 2, 'a hundred viewers share one pull');
});

test('blocking reload as the draft has it', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('block'), {gop: 30});
  const [video, audio] = await until('the stream', 30, () => chunklists(edge.url('block')));
  for (const {url, type} of [video, audio]) {
    await t.test(type, async () => {
      let playlist = parseMedia((await getOk(url)).text);
      let {number, part} = newestPart(playlist);
      for (let i = 0; i < 6; ++i) {
        playlist = parseMedia((await getOk(`${url}?_HLS_msn=${number}&_HLS_part=${part + 1}`)).text);
        const next = newestPart(playlist);
        assert.ok(next.number > number || next.part > part, 'answered without anything new');
        ({number, part} = next);
      }
      const whole = parseMedia((await getOk(`${url}?_HLS_msn=${number}`)).text);
      assert.ok(whole.segments.at(-1).number >= number, '_HLS_msn alone waits for the whole segment');
      assert.equal((await get(`${url}?_HLS_msn=${number + 100}`)).status, 400);
      assert.equal((await get(`${url}?_HLS_msn=x`)).status, 400);
      assert.equal((await get(`${url}?_HLS_part=1`)).status, 400);
      // The hinted part comes whole.
      const {hint} = parseMedia((await getOk(url)).text);
      const hinted = await get(new URL(hint, url).href);
      if (hinted.status === 200) assert.equal(hinted.body.subarray(4, 8).toString(), 'moof');
      else assert.equal(hinted.status, 404);
    });
  }
});

test('headers let a cache do its work', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('cached'));
  const [{url}] = await until('the stream', 30, () => chunklists(edge.url('cached')));
  const playlist = await until('a segment', 20, async () => {
    const p = parseMedia((await getOk(url)).text);
    return p.segments.length > 1 ? p : undefined;
  });
  const target = playlist.targetDuration;
  const cacheControl = (answer) => answer.headers.get('cache-control');

  const master = await getOk(edge.url('cached'));
  assert.match(cacheControl(master), /^public, max-age=\d+/);
  assert.equal(master.headers.get('content-type'), 'application/vnd.apple.mpegurl');
  assert.match(master.headers.get('vary'), /Accept-Encoding/i);
  assert.equal(master.headers.get('set-cookie'), null);
  assert.ok(master.headers.get('date'));

  const plain = await getOk(url);
  assert.match(cacheControl(plain), /max-age=1\b/);
  assert.equal(plain.headers.get('content-encoding'), 'gzip');
  const identity = await getOk(url, {headers: {'accept-encoding': 'identity'}});
  assert.equal(identity.headers.get('content-encoding'), null);

  const {number, part} = newestPart(parseMedia(plain.text));
  const directed = await getOk(`${url}?_HLS_msn=${number}&_HLS_part=${part + 1}`);
  assert.match(cacheControl(directed), new RegExp(`max-age=${6 * target}\\b`));

  const segment = new URL(playlist.segments.at(-1).uri, url).href;
  const media = await getOk(segment);
  assert.match(cacheControl(media), /max-age=\d{5,}.*immutable/);
  assert.equal(media.headers.get('content-type'), 'video/mp4');
  assert.equal(Number(media.headers.get('content-length')), media.body.length);
  const etag = media.headers.get('etag');
  assert.equal((await get(segment, {headers: {'if-none-match': etag}})).status, 304);
  const range = await get(segment, {headers: {range: 'bytes=4-7'}});
  assert.equal(range.status, 206);
  assert.equal(range.text, 'moof');
  assert.equal(range.headers.get('content-range'), `bytes 4-7/${media.body.length}`);
  const head = await get(segment, {method: 'HEAD'});
  assert.equal(Number(head.headers.get('content-length')), media.body.length);
  assert.equal(head.body.length, 0);

  // The parts of a segment are the segment.
  const parts = playlist.segments.at(-1).parts;
  assert.ok(parts.length > 0);
  const bodies = await Promise.all(parts.map((p) => getOk(new URL(p.URI, url).href)));
  assert.ok(Buffer.concat(bodies.map((b) => b.body)).equals(media.body));

  for (const [file, status] of [['nothing.m3u8', 404], ['seg_0_1_video_0000000000000000_llhls.m4s', 404]]) {
    const answer = await get(edge.url('cached', file), {headers: {origin: 'http://example.com'}});
    assert.equal(answer.status, status, file);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*', file);
  }
  const missing = await get(edge.url('no-such-stream'), {headers: {origin: 'http://example.com'}});
  assert.equal(missing.status, 404);
  assert.match(cacheControl(missing), /max-age=1\b/);
  assert.equal(missing.headers.get('access-control-allow-origin'), '*');
  const preflight = await get(url, {method: 'OPTIONS', headers: {origin: 'http://example.com', 'access-control-request-method': 'GET', 'access-control-request-headers': 'range'}});
  assert.ok(preflight.status === 200 || preflight.status === 204);
  assert.match(preflight.headers.get('access-control-allow-headers'), /range/i);
});

test('a request with a megabyte of headers is refused early, with flat memory', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  const before = await residentBytes(edge.pid);
  const socket = connect(edge.ports.http, '127.0.0.1');
  t.after(() => socket.destroy());
  let received = '';
  let closed = false;
  socket.on('data', (data) => (received += data));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  for (let i = 0; i < 1000 && !closed; ++i) socket.write(`X-Filler-${i}: ${'x'.repeat(1000)}\r\n`);
  await until('the edge to end it', 15, () => closed);
  assert.match(received, /^HTTP\/1\.1 431 /);
  assert.ok((await residentBytes(edge.pid)) - before < 8e6);
  assert.equal((await get(`${edge.base}/`)).status, 200);
});

test('a stream nobody watches is released', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin, {unusedMs: 1500});
  publish(t, origin.rtmp('lonely'));
  await until('the stream', 30, () => chunklists(edge.url('lonely')));
  await until('the edge to be counted', 10, async () => (await origin.metric('weir_relay_subscriptions')) === 1);
  await until('the edge to let go', 30, async () => (await origin.metric('weir_relay_subscriptions')) === 0, 500);
  assert.equal((await get(edge.url('lonely'))).status, 200, 'and it is pulled again');
});
