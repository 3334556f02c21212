// An origin pulls streams from other origins.
import assert from 'node:assert/strict';
import test from 'node:test';

import {token, withApi} from './lib/api.mjs';
import {probe, publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {freePort, patience, startEdge, startOrigin} from './lib/weir.mjs';

/** For startOrigin: an origin that pulls, with an API. */
const pulling = {edit: (xml) => withApi(xml).replace('<Providers><RTMP><Packet', '<Providers><OVT/><RTMP><Packet')};

/** Gives [status, body]. */
async function call(origin, method, path, body = undefined) {
  const answer = await fetch(`${origin.management}${path}`, {
    method,
    headers: {Authorization: `Basic ${Buffer.from(token).toString('base64')}`},
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(25_000 * patience),
  });
  const text = await answer.text();
  return [answer.status, text === '' ? undefined : JSON.parse(text)];
}

const streams = '/v1/vhosts/default/apps/app/streams';
const pull = async (origin, body) => await call(origin, 'POST', streams, body);
const shown = async (origin, stream) => (await call(origin, 'GET', `${streams}/${stream}`))[1]?.response;
const failed = (code, text) => [code, {statusCode: code, message: `[HTTP] ${text} (${code})`}];
const source = (origin, stream) => `ovt://${origin.relay}/app/${stream}`;

async function published(t, origin, stream, options = {}) {
  const encoder = publish(t, origin.rtmp(stream), options);
  await until(`${stream} to be published`, 30 * patience, async () => (await shown(origin, stream))?.input.tracks.length > 0);
  return encoder;
}

async function playing(edge, stream) {
  return await until(`${stream} to play`, 30 * patience, async () => (await chunklists(edge.url(stream)))[0].url);
}

/** Asks for a playlist again and again, as a viewer does, until the test ends it: an edge lets go of what nobody watches. */
function watching(t, url) {
  const timer = setInterval(() => get(url).catch(() => {}), 300);
  t.after(() => clearInterval(timer));
  return {end: () => clearInterval(timer)};
}

async function newerThan(url, than) {
  return await until('a newer part', 30 * patience, async () => {
    const playlist = parseMedia((await getOk(url)).text);
    const newest = newestPart(playlist);
    return newest !== undefined && newest.number > than ? playlist : undefined;
  });
}

test('a stream is pulled, played at an edge, counted up to its source, and deleted', async (t) => {
  const a = await startOrigin(t, {edit: withApi});
  const b = await startOrigin(t, pulling);
  const edge = await startEdge(t, b);
  await published(t, a, 'cam', {bframes: 2});
  assert.deepEqual(await pull(b, {name: 'copy', urls: [source(a, 'cam')]}), [201, {statusCode: 201, message: 'Created'}]);
  assert.deepEqual((await call(b, 'GET', streams))[1].response, ['copy']);
  const url = await playing(edge, 'copy');
  await newerThan(url, newestPart(parseMedia((await getOk(url)).text)).number + 1);
  const {streams: tracks} = await probe(t, edge.url('copy'));
  assert.deepEqual(tracks.map((one) => one.codec_name).sort(), ['aac', 'h264']);
  const {frames} = await probe(t, edge.url('copy'), ['-select_streams', 'v', '-read_intervals', '%+4', '-show_frames',
                                                     '-show_entries', 'frame=pict_type,pkt_dts_time,pts_time,best_effort_timestamp_time']);
  assert.ok(frames.some((frame) => frame.pict_type === 'B'), 'no B-frames');
  const times = frames.map((frame) => Number(frame.best_effort_timestamp_time));
  for (let i = 1; i < times.length; ++i) assert.ok(Math.abs(times[i] - times[i - 1] - 1 / 30) < 0.002, `${times[i - 1]} ${times[i]}`);

  const {input} = await shown(b, 'copy');
  assert.equal(input.sourceType, 'Ovt');
  assert.equal(input.sourceUrl, source(a, 'cam'));
  const viewers = async (origin, stream) => (await call(origin, 'GET', `/v1/stats/current/vhosts/default/apps/app/streams/${stream}`))[1].response.connections.llhls;
  await until('the viewer at the first origin', 20 * patience, async () => {
    await getOk(url);
    return (await viewers(b, 'copy')) > 0 && (await viewers(a, 'cam')) > 0;
  });

  const cue = {eventFormat: 'cue', events: [{cueType: 'out', duration: 20000}]};
  assert.equal((await call(a, 'POST', `${streams}/cam:sendEvent`, cue))[0], 200);
  await until('timed data of the source', 20 * patience, async () => (await getOk(url)).text.includes('#EXT-X-CUE-OUT:DURATION=20.000'));

  assert.deepEqual(await pull(b, {name: 'copy', urls: [source(a, 'cam')]}), failed(409, 'Stream already exists'));
  assert.deepEqual(await call(b, 'DELETE', `${streams}/copy`), [200, {statusCode: 200, message: 'OK'}]);
  await until('it to be gone', 10 * patience, async () => (await call(b, 'GET', `${streams}/copy`))[0] === 404);
  await until('the viewers to be let go', 10 * patience, async () => (await get(url)).status === 404);
  assert.equal((await call(b, 'DELETE', `${streams}/copy`))[0], 404);
  assert.deepEqual((await call(a, 'GET', streams))[1].response, ['cam']);
  assert.equal((await pull(b, {name: 'copy', urls: [source(a, 'cam')]}))[0], 201, 'and pulled again');
});

test('what cannot be pulled is answered in OvenMediaEngine\'s words', async (t) => {
  const origin = await startOrigin(t, pulling);
  const nobody = `ovt://127.0.0.1:${await freePort()}/app/cam`;
  for (const [body, text] of [
    [[], 'Request body must be an object'],
    [{name: 'x'}, 'Stream name or urls is required'],
    [{urls: [nobody]}, 'Stream name or urls is required'],
    [{name: 'x', urls: []}, 'Urls must be at least one'],
    [{name: 'x', urls: [5]}, 'Url must be a string'],
    [{name: 'x', urls: ['rtsp://127.0.0.1/app/cam']}, 'Streams cannot be pulled by [rtsp] here, only by [ovt]'],
  ]) assert.deepEqual(await pull(origin, body), failed(400, text));
  const bad = failed(502, `Could not pull the stream : ${origin.management}${streams}`);
  assert.deepEqual(await pull(origin, {name: 'x', urls: [nobody]}), bad);
  assert.deepEqual(await pull(origin, {name: 'x', urls: [nobody, nobody], properties: {persistent: true, retryCount: 2}}), bad);
  assert.deepEqual(await pull(origin, {name: 'x', urls: [source(origin, 'x')]}), bad, 'from itself');
  assert.deepEqual((await call(origin, 'GET', streams))[1].response, []);
  assert.deepEqual(await call(origin, 'POST', '/v1/vhosts/default/apps/none/streams', {name: 'x', urls: [nobody]}),
                   failed(404, 'Could not find the application: [default/none]'));
  const deaf = await startOrigin(t, {edit: withApi});
  assert.deepEqual(await pull(deaf, {name: 'x', urls: [nobody]}),
                   failed(400, 'The application has no OVT among its providers: [default/app]'));
});

test('origins that pull from each other are no source', async (t) => {
  const a = await startOrigin(t, pulling);
  const b = await startOrigin(t, pulling);
  const encoder = await published(t, a, 'cam');
  const persistent = (urls) => ({name: 'loop', urls, properties: {persistent: true, noInputFailoverTimeoutMs: 1000}});
  assert.equal((await pull(b, persistent([source(a, 'cam'), source(a, 'loop')])))[0], 201);
  assert.equal((await pull(a, persistent([source(b, 'loop')])))[0], 201);
  await encoder.kill();
  // Each has but the other now, and nobody has a frame: neither hangs, and both can be ended.
  await until('one to look for it at the other', 30 * patience, () => b.output.includes(`${source(a, 'loop')} does not give it`));
  await until('and the other likewise', 30 * patience, () => a.output.includes(`${source(b, 'loop')} does not give it`));
  for (const origin of [a, b]) assert.equal((await call(origin, 'DELETE', `${streams}/loop`))[0], 200);
  for (const origin of [a, b]) await until('it to be gone', 10 * patience, async () => (await call(origin, 'GET', `${streams}/loop`))[0] === 404);
});

test('a pull fails over to the next origin, comes back to one that was killed, and ends when nobody uses it', async (t) => {
  const one = await startOrigin(t, {edit: withApi});
  const two = await startOrigin(t, {edit: withApi});
  const b = await startOrigin(t, pulling);
  const edge = await startEdge(t, b, {unusedMs: 1000});
  await published(t, one, 'cam');
  await published(t, two, 'cam');
  const properties = {noInputFailoverTimeoutMs: 1000, unusedStreamDeletionTimeoutMs: 4000, retryCount: 1000};
  assert.equal((await pull(b, {name: 'copy', urls: [source(one, 'cam'), source(two, 'cam')], properties}))[0], 201);
  const url = await playing(edge, 'copy');
  const viewer = watching(t, url);
  const before = newestPart(parseMedia((await getOk(url)).text)).number;

  await one.kill('SIGKILL');
  await until('the other origin', 20 * patience, () => b.output.includes(`comes from ${source(two, 'cam')}`));
  const after = await newerThan(url, before + 2);
  assert.equal((await call(b, 'GET', streams))[1].response.length, 1);
  const last = newestPart(after).number;

  await two.kill('SIGKILL');
  const again = await startOrigin(t, {edit: withApi}, one);
  await published(t, again, 'cam');
  const played = await newerThan(url, last + 2);
  const numbers = played.segments.map((segment) => segment.number);
  for (let i = 1; i < numbers.length; ++i) assert.equal(numbers[i], numbers[i - 1] + 1);
  for (const segment of played.segments.filter((s) => !s.gap)) await getOk(new URL(segment.uri, url).href);

  viewer.end();
  await until('it to be ended as unused', 40 * patience, async () => (await call(b, 'GET', `${streams}/copy`))[0] === 404);
  assert.ok(b.output.includes('nobody has used it'));
});

test('a persistent pull waits for its origin, and is there after a restart', async (t) => {
  const a = await startOrigin(t, {edit: withApi});
  let b = await startOrigin(t, pulling);
  const properties = {persistent: true, noInputFailoverTimeoutMs: 1000, unusedStreamDeletionTimeoutMs: 1000};
  const encoder = await published(t, a, 'cam');
  assert.equal((await pull(b, {name: 'copy', urls: [source(a, 'cam')], properties}))[0], 201);
  assert.equal((await pull(b, {name: 'guest', urls: [source(a, 'cam')]}))[0], 201);
  await encoder.kill();
  await until('the source to be missed', 20 * patience, () => b.output.includes('does not give it'));
  assert.equal((await call(b, 'GET', `${streams}/copy`))[0], 200);

  for (const signal of ['SIGKILL', 'SIGTERM']) {
    b.kill(signal);
    await b.exit;
    b = await startOrigin(t, pulling, b);
    await until('the pull to be known again', 20 * patience, async () =>
        (await pull(b, {name: 'copy', urls: [source(a, 'cam')]}))[0] === 409);
  }
  assert.deepEqual((await call(b, 'GET', streams))[1].response, [], 'it has no source');
  const edge = await startEdge(t, b);
  await published(t, a, 'cam');
  await until('the pull', 20 * patience, async () => (await call(b, 'GET', streams))[1].response.includes('copy'));
  await playing(edge, 'copy');
  assert.deepEqual((await call(b, 'GET', streams))[1].response, ['copy'], 'the other one was no persistent one');

  assert.equal((await call(b, 'POST', '/v1/vhosts/default/apps/app:restart', {}))[0], 200);
  await until('it to be pulled for the application anew', 20 * patience, async () => (await shown(b, 'copy'))?.input.tracks.length > 0);

  assert.equal((await call(b, 'DELETE', `${streams}/copy`))[0], 200);
  b.kill('SIGKILL');
  await b.exit;
  b = await startOrigin(t, pulling, b);
  const nobody = `ovt://127.0.0.1:${await freePort()}/app/cam`;
  assert.equal((await pull(b, {name: 'copy', urls: [nobody]}))[0], 502, 'it is forgotten');
});

test('WCS pulls, lists and ends the same', async (t) => {
  const a = await startOrigin(t, {edit: withApi});
  const b = await startOrigin(t, pulling);
  await published(t, a, 'cam');
  const wcs = async (method, body) => await call(b, 'POST', `/rest-api/pull/${method}`, body);
  assert.equal((await wcs('find_all', {}))[0], 404);
  const [status, started] = await wcs('pull', {uri: source(a, 'cam'), localStreamName: 'copy'});
  assert.equal(status, 200);
  assert.equal(started.localStreamName, 'copy');
  assert.equal(started.remoteStreamName, 'cam');
  assert.equal(started.status, 'PROCESSED_REMOTE');
  assert.equal((await wcs('startup', {uri: source(a, 'cam'), localStreamName: 'copy'}))[0], 409);
  assert.equal((await wcs('pull', {uri: 'wss://127.0.0.1:8443/websocket', localStreamName: 'x', remoteStreamName: 'y'}))[0], 501);
  assert.equal((await wcs('pull', {uri: source(a, 'none'), localStreamName: 'x'}))[0], 500);
  const [listed] = (await wcs('find_all', {}))[1];
  const [found] = (await call(b, 'POST', '/rest-api/stream/find', {name: 'copy'}))[1];
  assert.equal(found.mediaProvider, 'OVT');
  assert.equal(listed.localMediaSessionId, found.mediaSessionId);
  assert.equal((await wcs('terminate', {localStreamName: 'none'}))[0], 404);
  assert.equal((await wcs('terminate', {localStreamName: 'copy'}))[0], 200);
  await until('it to be gone', 10 * patience, async () => (await call(b, 'GET', `${streams}/copy`))[0] === 404);

  assert.equal((await wcs('pull', {uri: source(a, 'cam'), localStreamName: 'copy'}))[0], 200);
  assert.equal((await call(b, 'POST', '/rest-api/stream/terminate', {name: 'copy'}))[0], 200);
  await until('it to be ended like any publisher', 10 * patience, async () => (await call(b, 'GET', `${streams}/copy`))[0] === 404);
  assert.equal((await wcs('find_all', {}))[0], 404, 'and not to come back');
});
