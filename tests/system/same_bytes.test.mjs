// Any edge answers any request: two of them serve the same bytes under the same names.
import assert from 'node:assert/strict';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin} from './lib/weir.mjs';

const SECONDS = 20;

test('two edges started 15 s apart serve identical playlists, parts and segments', async (t) => {
  const origin = await startOrigin(t, {count: 14, segment: 1});
  const first = await startEdge(t, origin);
  publish(t, origin.rtmp('twin'), {fps: '30000/1001', gop: 30, bframes: 3});
  await until('the first edge to serve', 30, async () => (await get(first.url('twin'))).status === 200);
  const began = Date.now();
  // Fifteen seconds of stream, by the stream's own clock: more than a whole playlist.
  const [{url: early}] = await chunklists(first.url('twin'));
  const start = newestPart(parseMedia((await getOk(early)).text)).number;
  await until('fifteen seconds of stream', 40, async () =>
      newestPart(parseMedia((await getOk(early)).text)).number >= start + 15);
  const second = await startEdge(t, origin);
  assert.ok(Date.now() - began > 12_000);

  const master = await getOk(first.url('twin'));
  assert.equal((await getOk(second.url('twin'))).text, master.text);
  const lists = await chunklists(first.url('twin'));
  assert.deepEqual(lists.map((l) => l.type), ['video', 'audio']);

  const compared = await Promise.all(lists.map((list) => follow(list.url, first, second)));
  for (const [i, {playlists, deltas, media}] of compared.entries()) {
    t.diagnostic(`${lists[i].type}: ${playlists} playlists, ${deltas} deltas and ${media} parts and segments compared`);
    assert.ok(playlists >= SECONDS, `${playlists} playlists`);
    assert.equal(deltas, playlists);
    assert.ok(media >= 2 * SECONDS, `${media} media files`);
  }
});

/** Follows one rendition as a low-latency player would, on both edges at once, and compares. */
async function follow(url, first, second) {
  const twin = (address) => address.replace(first.base, second.base);
  const seen = new Set();
  let playlists = 0;
  let deltas = 0;
  let {number, part} = newestPart(parseMedia((await getOk(url)).text));
  const until = Date.now() + SECONDS * 1000;
  while (Date.now() < until) {
    const asked = `${url}?_HLS_msn=${number}&_HLS_part=${part + 1}`;
    const [a, b] = await Promise.all([getOk(asked), getOk(twin(asked))]);
    assert.equal(b.text, a.text, `playlists of ${asked}`);
    assert.equal(b.headers.get('etag'), a.headers.get('etag'));
    const [c, d] = await Promise.all([getOk(`${asked}&_HLS_skip=YES`), getOk(twin(`${asked}&_HLS_skip=YES`))]);
    assert.equal(d.text, c.text, `deltas of ${asked}`);
    assert.notEqual(c.headers.get('etag'), a.headers.get('etag'));
    if (c.text.includes('#EXT-X-SKIP:')) deltas += 1;
    playlists += 1;
    const playlist = parseMedia(a.text);
    const files = [...playlist.segments, playlist.open].flatMap((s) => [...s.parts.map((p) => p.URI), s.uri, s.map]);
    for (const file of files.filter((f) => f !== undefined && !seen.has(f))) {
      seen.add(file);
      const address = new URL(file, url).href;
      const [x, y] = await Promise.all([getOk(address), getOk(twin(address))]);
      assert.ok(x.body.equals(y.body), `bytes of ${file}`);
    }
    ({number, part} = newestPart(playlist));
  }
  return {playlists, deltas, media: seen.size};
}
