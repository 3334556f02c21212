// What viewers get, judged by the draft and by Apple's authoring rules, over time.
import assert from 'node:assert/strict';
import test from 'node:test';

import {openPlayer} from './lib/browser.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk} from './lib/hls.mjs';
import {lintMultivariant, newest, PlaylistLint, readPlaylist, startsWithKey} from './lib/lint.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin} from './lib/weir.mjs';

/** How much of a stream is followed, by its own segment numbers. */
const SEGMENTS = 20;

/** Reloads a rendition as a player does, whole and as a delta, and judges every answer. */
async function follow({type, url}, others) {
  const lint = new PlaylistLint(others);
  let whole = lint.take((await getOk(url)).text);
  const first = newest(whole).number;
  const counts = {playlists: 1, deltas: 0, parts: 0};
  const seen = new Set();
  for (let here = newest(whole); here.number < first + SEGMENTS; here = newest(whole)) {
    const asked = `${url}?_HLS_msn=${here.number}&_HLS_part=${here.part + 1}`;
    const [full, delta] = await Promise.all([getOk(asked), getOk(`${asked}&_HLS_skip=YES`)]);
    const before = whole;
    whole = lint.take(full.text);
    if (lint.takeDelta(delta.text, before, whole).skipped > 0) counts.deltas += 1;
    counts.playlists += 1;
    for (const part of whole.segments.flatMap((segment) => segment.parts).filter((p) => !seen.has(p.uri))) {
      seen.add(part.uri);
      const {body} = await getOk(new URL(part.uri, url).href);
      assert.equal(part.independent, startsWithKey(body), `INDEPENDENT of ${part.uri}`);
      counts.parts += 1;
    }
  }
  assert.deepEqual([...new Set(lint.complaints)], [], type);
  assert.ok(lint.misled <= lint.hinted / 10, `${lint.misled} of ${lint.hinted} hints led nowhere`);
  return counts;
}

for (const [name, settings, encoder] of [
  ['short parts, B-frames, 29.97 pictures a second', {count: 30, segment: 1, chunk: 0.2}, {fps: '30000/1001', gop: 30, bframes: 2}],
  ['segments of several key frames', {count: 10, segment: 2, chunk: 0.5}, {fps: '25', gop: 25}],
]) {
  test(`a live stream keeps to the draft: ${name}`, async (t) => {
    const origin = await startOrigin(t, settings);
    const edge = await startEdge(t, origin);
    publish(t, origin.rtmp('lint'), encoder);
    const url = edge.url('lint');
    await until('the stream to be served', 30, async () => (await get(url)).status === 200);
    assert.deepEqual(lintMultivariant((await getOk(url)).text), []);
    const lists = await chunklists(url);
    assert.deepEqual(lists.map((list) => list.type), ['video', 'audio']);
    const names = lists.map((list) => list.url.split('/').at(-1));
    const counts = await Promise.all(lists.map((list, i) => follow(list, names.filter((_, other) => other !== i))));
    for (const [i, count] of counts.entries()) {
      t.diagnostic(`${lists[i].type}: ${JSON.stringify(count)}`);
      assert.ok(count.playlists > SEGMENTS && count.parts > SEGMENTS);
      // A playlist of thirty target durations has deltas, one of ten does not.
      assert.equal(count.deltas > 0, settings.count === 30);
    }
  });
}

test('delivery directives are held, refused and run out as the draft says', async (t) => {
  const origin = await startOrigin(t, {count: 10, segment: 1, chunk: 0.2});
  const edge = await startEdge(t, origin);
  const encoder = publish(t, origin.rtmp('held'), {gop: 30});
  await until('the stream to be served', 30, async () => (await get(edge.url('held'))).status === 200);
  const [{url}] = await chunklists(edge.url('held'));
  assert.equal((await get(`${url}?_HLS_part=1`)).status, 400);
  assert.equal((await get(`${url}?_HLS_msn=x`)).status, 400);
  const {number} = newest(readPlaylist((await getOk(url)).text));
  assert.equal((await get(`${url}?_HLS_msn=${number + 9}`)).status, 400);
  // Alone it means the whole segment.
  const whole = readPlaylist((await getOk(`${url}?_HLS_msn=${number + 1}`)).text);
  assert.ok(whole.segments.some((segment) => segment.number === number + 1 && segment.uri !== undefined));
  // Nothing more comes, and nobody says why: the hold ends after three target durations.
  encoder.kill('SIGSTOP');
  const late = await until('a reload that is not answered', 30, async () => {
    const here = newest(readPlaylist((await getOk(url)).text));
    const answer = await get(`${url}?_HLS_msn=${here.number}&_HLS_part=${here.part + 1}`);
    return answer.status === 200 ? undefined : answer;
  });
  assert.equal(late.status, 503);
  assert.equal(late.headers.get('retry-after'), '1');
});

test('the playlists of OutputProfiles are there under their names, on every edge alike', async (t) => {
  const profiles = `<OutputProfiles><OutputProfile>
      <Name>bypass</Name><OutputStreamName>\${OriginStreamName}</OutputStreamName>
      <Encodes>
        <Video><Name>source</Name><Bypass>true</Bypass></Video>
        <Video><Name>small</Name><Codec>h264</Codec><Bitrate>500K</Bitrate></Video>
        <Audio><Name>sound</Name><Bypass>true</Bypass></Audio>
      </Encodes>
      <Playlist>
        <Name>abr</Name><FileName>abr</FileName>
        <Options><HLSChunklistPathDepth>-1</HLSChunklistPathDepth></Options>
        <Rendition><Name>full</Name><Video>source</Video><Audio>sound</Audio></Rendition>
        <Rendition><Name>low</Name><Video>small</Video><Audio>sound</Audio></Rendition>
      </Playlist>
      <Playlist>
        <Name>sound</Name><FileName>sound_only</FileName>
        <Rendition><Name>sound</Name><Audio>sound</Audio></Rendition>
      </Playlist>
    </OutputProfile></OutputProfiles>`;
  const origin = await startOrigin(t, {
    count: 10, segment: 1,
    edit: (xml) => xml.replace('<Type>live</Type>', `<Type>live</Type>${profiles}`)
                       .replace('<LLHLS>', '<LLHLS><PartHoldBack>2.5</PartHoldBack><EnablePreloadHint>false</EnablePreloadHint>'),
  });
  assert.match(origin.output, /Rendition is left out: it names an encode that passes nothing on/);
  const edges = [await startEdge(t, origin), await startEdge(t, origin)];
  publish(t, origin.rtmp('named'), {gop: 30});
  const [edge] = edges;
  await until('the stream to be served', 30, async () => (await get(edge.url('named'))).status === 200);
  for (const name of ['llhls.m3u8', 'master.m3u8', 'abr.m3u8', 'sound_only.m3u8']) {
    const [one, other] = await Promise.all(edges.map((each) => getOk(each.url('named', name))));
    assert.equal(one.text, other.text, name);
    assert.deepEqual(lintMultivariant(one.text), [], name);
  }
  assert.equal((await get(edge.url('named', 'other.m3u8'))).status, 404);
  const abr = (await getOk(edge.url('named', 'abr.m3u8'))).text;
  assert.equal(abr.match(/#EXT-X-STREAM-INF/g).length, 1);
  assert.match(abr, /\n\/app\/named\/chunklist_0_video_/);
  const sound = (await getOk(edge.url('named', 'sound_only.m3u8'))).text;
  assert.doesNotMatch(sound, /_video_/);
  const [{url}] = await chunklists(edge.url('named', 'abr.m3u8'));
  const chunklist = (await getOk(url)).text;
  assert.match(chunklist, /PART-HOLD-BACK=2\.500000\n/);
  assert.doesNotMatch(chunklist, /PRELOAD-HINT/);
});

test('hls.js plays on from deltas', async (t) => {
  const origin = await startOrigin(t, {count: 30, segment: 1, chunk: 0.2});
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('long'), {gop: 30});
  await until('playlists with deltas', 60, async () => {
    const [{url}] = await chunklists(edge.url('long'));
    return (await getOk(url)).text.includes('CAN-SKIP-UNTIL');
  }, 500);
  const page = await openPlayer(t, edge, 'app/long');
  const deltas = [];
  page.on('response', (response) => /_HLS_skip=/.test(response.url()) && deltas.push(response.status()));
  const began = await until('the picture to move', 30, async () => {
    const now = await page.playing();
    return now.time > 0 && now.frames > 0 ? now : undefined;
  });
  const last = await until('10 s of it', 60, async () => {
    const now = await page.playing();
    return now.time >= began.time + 10 ? now : undefined;
  });
  assert.equal(last.message, '', page.complaints.join('; '));
  assert.ok(last.frames - began.frames > 10 * 25, `${last.frames - began.frames} frames in 10 s`);
  assert.ok(deltas.length > 20 && deltas.every((status) => status === 200), `deltas: ${deltas}`);
});
