// Winding back further than the playlists list, from disk.
import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';

import {openHls} from './lib/browser.mjs';
import {decode, publish} from './lib/ffmpeg.mjs';
import {chunklists, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

// How far back: WEIR_REWIND_SECONDS=300 looks at five minutes, and takes as long.
const BACK = Number(process.env.WEIR_REWIND_SECONDS ?? 25);

const withDvr = (folder, seconds = 3600) => (xml) => xml.replace('</CrossDomains></LLHLS>', `</CrossDomains>
  <DVR><Enable>true</Enable><TempStoragePath>${folder}</TempStoragePath><MaxDuration>${seconds}</MaxDuration></DVR></LLHLS>`);

const rewound = async (edge, stream) => {
  const lists = await chunklists(edge.url(stream, 'llhls.m3u8?_HLS_rewind=YES'));
  for (const {url} of lists) assert.match(url, /_HLS_rewind=YES/);
  return await Promise.all(lists.map(async ({url}) => ({url, list: parseMedia((await getOk(url)).text)})));
};

test('a viewer winds back beyond the live window, also after the edge was killed', async (t) => {
  const folder = await temporaryFolder(t);
  const origin = await startOrigin(t, {segment: 1, count: 4});
  let edge = await startEdge(t, origin, {edit: withDvr(folder)});
  publish(t, origin.rtmp('past'), {gop: 30, fps: 30});
  await until('the stream', 30, () => getOk(edge.url('past')));
  const [first] = await rewound(edge, 'past');
  const oldest = first.list.mediaSequence;

  // Far enough for the first segments to have left the edge's memory.
  const lists = await until('enough segments', BACK + 35, async () => {
    const now = await rewound(edge, 'past');
    return now.every(({list}) => list.segments.length >= BACK + 5) ? now : undefined;
  }, 500);
  for (const {url, list} of lists) {
    assert.equal(list.mediaSequence, oldest);
    assert.ok(list.segments.every((segment) => !segment.gap));
    const old = list.segments[2];
    const {body, headers} = await getOk(new URL(old.uri, url).href);
    assert.match(headers.get('cache-control'), /immutable/);
    assert.equal(body.toString('latin1', 4, 8), 'moof');
    const live = parseMedia((await getOk(url.replace('_HLS_rewind=YES', ''))).text);
    assert.ok(live.segments.length <= 4);
    assert.ok(live.mediaSequence > old.number + 10);
    // With the directives of low latency, too.
    const {number, part} = newestPart(list);
    const next = parseMedia((await getOk(`${url}&_HLS_msn=${number}&_HLS_part=${part + 1}`)).text);
    assert.equal(next.mediaSequence, oldest);
    assert.ok(newestPart(next).number > number || newestPart(next).part > part);
  }
  assert.ok(await edge.metric('weir_dvr_segments_written_total') >= 60);
  assert.equal(await edge.metric('weir_dvr_segments_lost_total'), 0);

  // hls.js, from the present.
  const page = await openHls(t, edge.url('past', 'llhls.m3u8?_HLS_rewind=YES'), {lowLatencyMode: true});
  await until('the picture to move', 30, async () => (await page.playing()).frames > 10);
  const {time: present, seekableFrom, seekableTo} = await page.playing();
  assert.ok(seekableTo - seekableFrom > BACK, `${seekableFrom} to ${seekableTo}`);
  assert.ok(seekableTo - present < 5, `at ${present} of ${seekableTo}`);
  await page.seek(present - BACK);
  const {frames: before} = await page.playing();
  const {time: past, frames: shown} = await until('the past to play', 30, async () => {
    const now = await page.playing();
    return now.time > present - BACK + 4 && now.time < present - 10 ? now : undefined;
  });
  assert.ok(shown - before > 60, `${shown - before} frames`);
  t.diagnostic(`${(present - past).toFixed(1)} s back: ${shown - before} frames shown since it was sought`);

  // What was kept outlives the edge.
  await edge.kill('SIGKILL');
  edge = await startEdge(t, origin, {edit: withDvr(folder)});
  await until('the stream again', 30, () => getOk(edge.url('past')));
  const after = await until('the past again', 30, async () => {
    const now = await rewound(edge, 'past');
    return now.every(({list}) => list.mediaSequence === oldest) ? now : undefined;
  });
  for (const {url, list} of after) {
    await getOk(new URL(list.segments[0].uri, url).href);
    await getOk(new URL(list.map, url).href);
    list.segments.forEach((segment, i) => assert.equal(segment.number, oldest + i));
  }
  const {frames} = await decode(t, edge.url('past', 'llhls.m3u8?_HLS_rewind=YES&_HLS_legacy=YES'), 3);
  assert.ok(frames > 60, `${frames} frames`);
});

test('what is older than MaxDuration leaves the playlist and the disk', async (t) => {
  const folder = await temporaryFolder(t);
  const origin = await startOrigin(t, {segment: 1, count: 3});
  const edge = await startEdge(t, origin, {edit: withDvr(folder, 10)});
  publish(t, origin.rtmp('short'), {gop: 30, fps: 30, audio: false});
  await until('the stream', 30, () => getOk(edge.url('short')));
  const [first] = await rewound(edge, 'short');
  const [{list}] = await until('the first segments to leave', 40, async () => {
    const now = await rewound(edge, 'short');
    return now[0].list.mediaSequence >= first.list.mediaSequence + 4 ? now : undefined;
  });
  assert.ok(list.segments.length <= 11, `${list.segments.length} segments`);
  const kept = (await readdir(folder, {recursive: true})).filter((name) => name.endsWith('.m4s') && !name.includes('init'));
  assert.ok(kept.length <= 13, `${kept.length} files`);
});

test('a second edge does not share the folder', async (t) => {
  const folder = await temporaryFolder(t);
  const origin = await startOrigin(t);
  await startEdge(t, origin, {edit: withDvr(join(folder, 'dvr'))});
  await assert.rejects(startEdge(t, origin, {edit: withDvr(join(folder, 'dvr'))}), /belongs to another edge/);
});
