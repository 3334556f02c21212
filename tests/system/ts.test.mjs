// HLS with MPEG-TS, for players that know no fMP4.
import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';

import {openHls} from './lib/browser.mjs';
import {decode, probe, publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, parseMedia, parseMultivariant} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin} from './lib/weir.mjs';

/** Adds the <HLS> publisher to every application of an edge. */
const withTs = (xml) => xml.replace('</CrossDomains></LLHLS>', '</CrossDomains></LLHLS><HLS/>');

const tsList = async (edge, stream) => {
  const url = edge.url(stream, 'ts:playlist.m3u8');
  const {variants} = parseMultivariant((await getOk(url)).text);
  return new URL(variants[0].uri, url).href;
};

const packets = async (t, file) =>
    (await probe(t, file, ['-show_packets', '-show_entries', 'packet=codec_type,dts,pts,flags'])).packets;

test('MPEG-TS has the numbers, dates and lengths of the fMP4 rendition, and times that go on', async (t) => {
  const origin = await startOrigin(t, {segment: 1, count: 6});
  const edge = await startEdge(t, origin, {edit: withTs});
  publish(t, origin.rtmp('old'), {gop: 30, bframes: 2});
  const list = await until('a playlist', 30, () => tsList(edge, 'old'));
  const text = await until('six segments', 30, async () => {
    const {text} = await getOk(list);
    return parseMedia(text).segments.length === 6 ? text : undefined;
  });
  assert.match(text, /#EXT-X-VERSION:3\n/);
  assert.doesNotMatch(text, /EXT-X-(PART|SERVER-CONTROL|PRELOAD-HINT|MAP)/);
  assert.equal((await getOk(edge.url('old', 'playlist.m3u8?format=ts'))).text,
               (await getOk(edge.url('old', 'ts:playlist.m3u8'))).text);

  // What is listed, as the fMP4 rendition has it.
  const ts = parseMedia(text);
  const [{url: chunklist}] = await chunklists(edge.url('old'));
  const fmp4 = parseMedia((await getOk(chunklist)).text);
  const common = ts.segments.filter((s) => fmp4.segments.some((f) => f.number === s.number));
  assert.ok(common.length >= 3);
  for (const segment of common) {
    const twin = fmp4.segments.find((f) => f.number === segment.number);
    assert.deepEqual([segment.date, segment.duration], [twin.date, twin.duration]);
  }

  // Each segment by itself, and its times as those of the next one.
  let next = {};
  for (const segment of common) {
    const {body, headers} = await getOk(new URL(segment.uri, list).href);
    assert.equal(headers.get('content-type'), 'video/mp2t');
    assert.match(headers.get('cache-control'), /immutable/);
    assert.equal(body.readUInt16BE(1) & 0x1fff, 0, 'a PAT first');
    assert.equal(body.readUInt16BE(189) & 0x1fff, 0x1000, 'then a PMT');
    const file = join(edge.folder, `${segment.number}.ts`);
    await writeFile(file, body);
    const all = await packets(t, file);
    assert.match(all.find((p) => p.codec_type === 'video').flags, /K/);
    for (const type of ['video', 'audio']) {
      const times = all.filter((p) => p.codec_type === type).map((p) => p.dts);
      const steps = [...(next[type] ? [next[type]] : []), ...times].map((dts, i, list) => dts - (list[i - 1] ?? dts)).slice(1);
      const usual = type === 'video' ? 3000 : 1920;
      assert.ok(steps.every((step) => Math.abs(step - usual) <= 1), `${type}: steps ${steps.filter((s) => Math.abs(s - usual) > 1)}`);
      next[type] = times.at(-1);
    }
  }
  assert.equal((await get(edge.url('old', `seg_0_${ts.mediaSequence + 1000}_0123456789abcdef_hls.ts`))).status, 404);
});

test('ffmpeg plays MPEG-TS, and ffprobe finds both tracks', async (t) => {
  const origin = await startOrigin(t, {segment: 1});
  const edge = await startEdge(t, origin, {edit: withTs});
  publish(t, origin.rtmp('old'), {fps: '30000/1001', gop: 30, bframes: 2});
  const url = edge.url('old', 'ts:playlist.m3u8');
  const {streams} = await until('ffprobe to read it', 30, () => probe(t, url), 500);
  assert.deepEqual(streams.map((s) => s.codec_name).sort(), ['aac', 'h264']);
  const {frames, output} = await decode(t, url, 6);
  assert.ok(frames >= 170, `${frames} frames in 6 s`);
  assert.doesNotMatch(output, /Continuity|corrupt|discontinu/i);
});

test('hls.js plays MPEG-TS in Chromium', async (t) => {
  const origin = await startOrigin(t, {segment: 1});
  const edge = await startEdge(t, origin, {edit: withTs});
  publish(t, origin.rtmp('old'), {gop: 30});
  await until('a playlist', 30, () => tsList(edge, 'old'));
  const page = await openHls(t, edge.url('old', 'ts:playlist.m3u8'));
  const first = await until('the picture to move', 40, async () => {
    const playing = await page.playing();
    return playing.frames > 0 ? playing : undefined;
  });
  const last = await until('five seconds to play', 40, async () => {
    const playing = await page.playing();
    return playing.time > first.time + 5 ? playing : undefined;
  });
  assert.ok(last.frames - first.frames > 100, `${last.frames - first.frames} frames`);
  assert.equal(last.width, 640);
  assert.deepEqual(last.faults.filter((fault) => fault.endsWith('true')), []);
});

test('two edges make the same MPEG-TS, whenever they joined', async (t) => {
  const origin = await startOrigin(t, {segment: 1, count: 6});
  const first = await startEdge(t, origin, {edit: withTs});
  publish(t, origin.rtmp('twin'), {gop: 30, bframes: 2});
  const list = await until('a playlist', 30, () => tsList(first, 'twin'));
  await until('eight segments', 30, async () => {
    const {mediaSequence, segments} = parseMedia((await getOk(list)).text);
    return segments.length === 6 && mediaSequence >= 2;
  });
  const second = await startEdge(t, origin, {edit: withTs});
  const twin = await until('the second edge', 30, () => tsList(second, 'twin'));
  const pick = async (url) => parseMedia((await getOk(url)).text).segments;
  const [a, b] = await Promise.all([pick(list), pick(twin)]);
  const common = a.filter((s) => b.some((other) => other.uri === s.uri));
  assert.ok(common.length >= 4, `${common.length} in common`);
  for (const {uri} of common) {
    const [x, y] = await Promise.all([getOk(new URL(uri, list).href), getOk(new URL(uri, twin).href)]);
    assert.ok(x.body.equals(y.body), uri);
    assert.equal(x.headers.get('etag'), y.headers.get('etag'));
  }
});

test('a stream that is not offered as MPEG-TS says so, and is served as ever', async (t) => {
  const origin = await startOrigin(t);
  const plain = await startEdge(t, origin);
  publish(t, origin.rtmp('new'));
  await until('the stream', 30, () => getOk(plain.url('new')));
  const refused = await get(plain.url('new', 'ts:playlist.m3u8'));
  assert.equal(refused.status, 404);
  assert.match(refused.text, /not offered as MPEG-TS/);
});
