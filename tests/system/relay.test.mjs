// Faults between origin and edge.
import assert from 'node:assert/strict';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {patience, residentBytes, startEdge, startOrigin} from './lib/weir.mjs';

async function playing(edge, stream) {
  return await until(`${stream} to play`, 30 * patience, async () => (await chunklists(edge.url(stream)))[0].url);
}

/** Waits for a part newer than `than` with one blocking request after another. */
async function newerThan(url, than, seconds) {
  return await until('a newer part', seconds * patience, async () => {
    const playlist = parseMedia((await getOk(url)).text);
    const newest = newestPart(playlist);
    return newest !== undefined && newest.number > than ? playlist : undefined;
  });
}

test('an origin killed and started again goes on at the edge, under the same address', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  const encoder = publish(t, origin.rtmp('phoenix'));
  const url = await playing(edge, 'phoenix');
  const before = await until('some segments', 30 * patience, async () => {
    const playlist = parseMedia((await getOk(url)).text);
    return playlist.segments.length >= 2 ? playlist : undefined;
  });
  await origin.kill('SIGKILL');
  await encoder.exit;
  const frozen = parseMedia((await getOk(url)).text);
  assert.ok(frozen.segments.length >= before.segments.length, 'the edge forgot what it had');

  const again = await startOrigin(t, {}, origin);
  publish(t, again.rtmp('phoenix'));
  const after = await until('the new run in the old playlist', 40 * patience, async () => {
    const playlist = parseMedia((await getOk(url)).text);
    const maps = [...playlist.segments, playlist.open].map((s) => s.map).filter(Boolean);
    return maps.some((map) => map !== before.map) ? playlist : undefined;
  });
  const all = [...after.segments, after.open];
  const opening = all.find((s) => s.map !== undefined && s.map !== before.map);
  assert.ok(opening.number > before.segments.at(-1).number, 'numbers went back');
  assert.ok(opening.discontinuity || after.discontinuitySequence > (before.discontinuitySequence ?? 0));
  assert.ok(after.mediaSequence >= before.mediaSequence);
  await newerThan(url, opening.number, 20);
  for (const segment of after.segments.filter((s) => !s.gap)) {
    await getOk(new URL(segment.uri, url).href);
  }
});

test('an edge that is killed leaves the origin and the other viewers in peace', async (t) => {
  const origin = await startOrigin(t);
  const doomed = await startEdge(t, origin);
  const other = await startEdge(t, origin);
  publish(t, origin.rtmp('shared'));
  await playing(doomed, 'shared');
  const url = await playing(other, 'shared');
  await until('both edges to be subscribed', 10, async () => (await origin.metric('weir_relay_subscriptions')) === 2);
  const runs = parseMedia((await getOk(url)).text).map;
  await doomed.kill('SIGKILL');
  await until('the origin to free the session', 10 * patience, async () => (await origin.metric('weir_relay_subscriptions')) === 1);
  const now = newestPart(parseMedia((await getOk(url)).text)).number;
  const later = await newerThan(url, now + 1, 20);
  assert.equal(later.map, runs);
  assert.ok(later.segments.every((s) => !s.gap && !s.discontinuity));
});

test('an edge stopped for 20 s costs the origin no memory, and comes back at a segment start', async (t) => {
  const origin = await startOrigin(t, {count: 4, segment: 1});
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('sleeper'), {bitrate: '6M', size: '1280x720'});
  const url = await playing(edge, 'sleeper');
  // Until the backlog is full, memory grows by right.
  await until('a full backlog', 40 * patience, async () => parseMedia((await getOk(url)).text).segments.length >= 4);
  const before = await residentBytes(origin.pid);
  const last = newestPart(parseMedia((await getOk(url)).text)).number;
  edge.child.kill('SIGSTOP');
  const stopped = Date.now();
  let worst = 0;
  await until('20 s to pass', 30, async () => {
    worst = Math.max(worst, await residentBytes(origin.pid));
    return Date.now() - stopped > 20_000;
  }, 500);
  edge.child.kill('SIGCONT');
  t.diagnostic(`origin: ${(before / 1e6).toFixed(1)} MB before, ${(worst / 1e6).toFixed(1)} MB at worst`);
  // Sanitizers keep what was freed.
  if (patience === 1) assert.ok(worst - before < 24e6, `the origin grew by ${((worst - before) / 1e6).toFixed(1)} MB`);
  const fresh = await until('a whole segment after waking', 30 * patience, async () =>
      parseMedia((await getOk(url)).text).segments.find((s) => s.number > last + 12 && !s.gap));
  const {body} = await getOk(new URL(fresh.uri, url).href);
  assert.equal(body.subarray(4, 8).toString(), 'moof');
});

test('a wrong secret is refused with a line in both logs, and others go on', async (t) => {
  const origin = await startOrigin(t, {secret: 'right-secret'});
  const good = await startEdge(t, origin, {secret: 'right-secret'});
  const bad = await startEdge(t, origin, {secret: 'wrong-secret'});
  publish(t, origin.rtmp('guarded'));
  const url = await playing(good, 'guarded');
  const answer = await get(bad.url('guarded'));
  assert.ok([403, 404, 503].includes(answer.status), `${answer.status}`);
  assert.match(origin.output, /secret/i);
  assert.match(bad.output, /secret|refused/i);
  assert.doesNotMatch(origin.output + bad.output + good.output, /right-secret|wrong-secret/);
  await newerThan(url, newestPart(parseMedia((await getOk(url)).text)).number, 20);
});

test('a viewer is served from the second origin when the first is silent', async (t) => {
  const origin = await startOrigin(t);
  publish(t, origin.rtmp('backup'));
  const edge = await startEdge(t, ['127.0.0.1:9', origin]);
  assert.equal((await getOk(edge.url('backup'))).status, 200);
});
