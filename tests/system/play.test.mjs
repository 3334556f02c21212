// From an encoder to a viewer's screen.
import assert from 'node:assert/strict';
import test from 'node:test';

import {openPlayer} from './lib/browser.mjs';
import {decode, probe, publish} from './lib/ffmpeg.mjs';
import {chunklists, getOk, parseMedia, parseMultivariant} from './lib/hls.mjs';
import {startSecureEdge} from './lib/https.mjs';
import {pause, until} from './lib/wait.mjs';
import {startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

test('Chromium plays 20 s without a stall, less than 3 s behind the encoder', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  const encoder = publish(t, origin.rtmp('clock'), {gop: 30, showClock: true});
  const page = await openPlayer(t, edge, 'app/clock');
  await until('the picture to move', 30, async () => {
    assert.equal(encoder.ended, undefined, encoder.output);
    return (await page.playing()).time > 0.5;
  });
  // hls.js starts a little further back and catches up.
  await until('the player to come near its target latency', 40, async () => (await page.playing()).latency < 2.5);
  const first = await page.playing();
  const began = Date.now();
  let last = first;
  const latencies = [];
  while (last.time - first.time < 20) {
    await pause(500);
    last = await page.playing();
    latencies.push(last.latency);
    const behind = (Date.now() - began) / 1000 - (last.time - first.time);
    assert.ok(behind < 1.5, `the picture stood still: ${behind.toFixed(2)} s lost at ${last.time} s; ${page.complaints.join('; ')}`);
  }
  assert.equal(last.stalls, first.stalls, page.complaints.join('; '));
  assert.ok(Math.max(...latencies) < 3, `latencies ${latencies}`);
  assert.ok(last.frames - first.frames > 20 * 25, `${last.frames - first.frames} frames in 20 s`);
  assert.equal(last.width, 640);
  assert.equal(last.message, '');
  assert.match(last.rendition, /640×360/);
  latencies.sort((a, b) => a - b);
  t.diagnostic(`latency: median ${latencies[latencies.length >> 1].toFixed(2)} s, worst ${latencies.at(-1).toFixed(2)} s`);
  await page.screenshot({path: process.env.WEIR_SCREENSHOT ?? '/dev/null', type: 'png'});
});

test('Chromium plays 60 s of 0.2 s parts by HTTP/2 without a stall, less than 2 s behind the encoder', async (t) => {
  const origin = await startOrigin(t, {chunk: 0.2});
  const edge = await startSecureEdge(t, origin, await temporaryFolder(t));
  publish(t, origin.rtmp('live'));
  const page = await openPlayer(t, edge, 'app/live', edge.secureBase);
  await until('the picture to move', 30, async () => (await page.playing()).time > 0.5);
  await until('the player to come near its target latency', 40, async () => (await page.playing()).latency < 2);
  const first = await page.playing();
  const latencies = [];
  const last = await until('60 s of picture', 80, async () => {
    const now = await page.playing();
    latencies.push(now.latency);
    return now.time - first.time > 60 ? now : undefined;
  }, 500);
  assert.equal(last.stalls, first.stalls, page.complaints.join('; '));
  assert.equal(last.message, '');
  assert.ok(last.frames - first.frames > 60 * 25, `${last.frames - first.frames} frames in 60 s`);
  latencies.sort((a, b) => a - b);
  assert.ok(latencies.at(-1) < 2, `latencies ${latencies}`);
  const protocols = await page.evaluate(() => performance.getEntriesByType('resource')
      .filter((entry) => /\.(m3u8|m4s)/.test(entry.name)).map((entry) => entry.nextHopProtocol));
  assert.ok(protocols.length > 50, `${protocols.length} requests seen`);
  assert.deepEqual([...new Set(protocols)], ['h2']);
  t.diagnostic(`latency: median ${latencies[latencies.length >> 1].toFixed(2)} s, worst ${latencies.at(-1).toFixed(2)} s`);
});

test('the page says in plain words that a stream is not live, and plays once it is', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  const page = await openPlayer(t, edge, 'app/later');
  await until('a message', 20, async () => /not live/.test((await page.playing()).message));
  publish(t, origin.rtmp('later'));
  await until('the picture to move', 30, async () => (await page.playing()).time > 1);
});

test('ffmpeg and ffprobe play it as plain HLS, and with _HLS_legacy=YES', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('plain'), {fps: '30000/1001', gop: 30, bframes: 2});
  const url = edge.url('plain');
  const {streams} = await until('ffprobe to read it', 30, () => probe(t, url), 500);
  assert.deepEqual(streams.map((s) => s.codec_name).sort(), ['aac', 'h264']);
  const picture = streams.find((s) => s.codec_name === 'h264');
  assert.equal(picture.width, 640);
  assert.equal(picture.r_frame_rate, '30000/1001');
  const {frames} = await decode(t, url, 5);
  assert.ok(frames >= 145, `${frames} frames in 5 s`);

  const legacy = `${url}?_HLS_legacy=YES`;
  const {variants} = parseMultivariant((await getOk(legacy)).text);
  const chunklist = (await getOk(new URL(variants[0].uri, url).href)).text;
  assert.doesNotMatch(chunklist, /EXT-X-PART|EXT-X-SERVER-CONTROL|EXT-X-PRELOAD-HINT/);
  assert.ok(parseMedia(chunklist).segments.length > 0);
  assert.ok((await decode(t, legacy, 4)).frames >= 115);
});

test('what a publisher sends is what a viewer gets: codecs, and the frames themselves', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('audio-only'), {video: false});
  publish(t, origin.rtmp('video-only'), {audio: false});
  for (const [stream, kind] of [['audio-only', 'audio'], ['video-only', 'video']]) {
    const {streams} = await until(`${stream} to play`, 30, () => probe(t, edge.url(stream)), 500);
    assert.deepEqual(streams.map((s) => s.codec_type), [kind]);
    const [list] = await chunklists(edge.url(stream));
    assert.ok(parseMedia((await getOk(list.url)).text).open.parts.length >= 0);
  }
});
