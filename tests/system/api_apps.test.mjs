// Virtual hosts, applications and output profiles by the origin's API.
import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia} from './lib/hls.mjs';
import {pause, until} from './lib/wait.mjs';
import {patience, startEdge, startOrigin} from './lib/weir.mjs';

const token = 'ome-access-token';

const application = (name, segment = 2) => `<Application>
    <Name>${name}</Name><Type>live</Type><Providers><RTMP/></Providers>
    <Publishers><OVT/><LLHLS><ChunkDuration>0.5</ChunkDuration><SegmentDuration>${segment}</SegmentDuration></LLHLS>
    </Publishers></Application>`;

/** For startOrigin's `edit`: the API, and a second application. */
const withApi = (xml) => xml.replace('</Bind>', `</Bind><Managers>
    <Host><Names><Name>*</Name></Names></Host><API><AccessToken>${token}</AccessToken></API></Managers>`)
                             .replace('<OVT/>', '<OVT/><Push/>')
                             .replace('</Applications>', `${application('other')}</Applications>`);

/** Gives [status, body]. */
async function call(origin, method, path, body = undefined) {
  const answer = await fetch(`${origin.management}${path}`, {
    method,
    headers: {Authorization: `Basic ${Buffer.from(token).toString('base64')}`},
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000 * patience),
  });
  return [answer.status, await answer.json()];
}

const ok = (response) => [200, {statusCode: 200, message: 'OK', ...(response === undefined ? {} : {response})}];
const failed = (code, text) => [code, {statusCode: code, message: `[HTTP] ${text} (${code})`}];

async function playing(edge, stream, app) {
  return await until(`${stream} to play`, 30 * patience,
                     async () => (await chunklists(edge.url(stream, 'llhls.m3u8', app)))[0].url);
}

test('what the API answers about virtual hosts, applications and profiles', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  const ask = (...args) => call(origin, ...args);
  const v = '/v1/vhosts';

  assert.deepEqual(await ask('GET', v), ok(['default']));
  assert.deepEqual(await ask('GET', `${v}/default`), ok({name: 'default', host: {names: ['*']}}));
  assert.deepEqual(await ask('GET', `${v}/default/apps`), ok(['app', 'other']));
  const other = {
    name: 'other',
    type: 'live',
    dynamic: false,
    providers: {rtmp: {}},
    publishers: {ovt: {}, llhls: {chunkDuration: 0.5, segmentDuration: 2}},
  };
  assert.deepEqual(await ask('GET', `${v}/default/apps/other`), ok(other));
  assert.deepEqual((await ask('GET', `${v}/default:`))[1].response.applications[1], other);
  assert.deepEqual(await ask('GET', `${v}/no`), failed(404, 'Could not find the virtual host: [no]'));
  assert.deepEqual(await ask('GET', `${v}/default/apps/app2`), failed(404, 'Could not find the application: [default/app2]'));
  assert.deepEqual(await ask('POST', `${v}/default/apps/app2:restart`),
                   failed(404, 'Could not find the application: [default/app2]'));
  assert.deepEqual(await ask('DELETE', `${v}/default`), failed(403, 'The VirtualHost is read-only: [default]'));
  assert.deepEqual(await ask('PATCH', `${v}/default/apps/app`, {type: 'vod'}),
                   failed(403, 'The VirtualHost is read-only: [default]'));
  assert.deepEqual(await ask('POST', v, {}), failed(400, 'Request body must be an array'));

  assert.deepEqual(await ask('POST', v, [{name: 'made', host: {names: ['made.example']}}, {name: 'default'}]), [207, [
    {statusCode: 200, message: 'OK', response: {name: 'made', host: {names: ['made.example']}}},
    {statusCode: 409, message: 'The virtual host already exists: [default]'},
  ]]);
  const apps = `${v}/made/apps`;
  const [status, [made]] = await ask('POST', apps, [{name: 'app', type: 'live'}]);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(made.response.providers).sort(), ['ovt', 'rtmp', 'rtspPull', 'srt', 'webrtc']);
  assert.deepEqual(Object.keys(made.response.publishers).sort(), ['llhls', 'ovt', 'webrtc']);
  assert.deepEqual(await ask('GET', `${apps}/app`), ok(made.response));
  assert.deepEqual(await ask('PATCH', `${apps}/app`, {name: 'x'}), failed(400, 'Cannot change [name] using this API'));
  assert.deepEqual((await ask('PATCH', `${apps}/app`, {publishers: {llhls: {segmentCount: 4}}}))[1].response.publishers,
                   {llhls: {segmentCount: 4}, ovt: {}, webrtc: {}});
  assert.deepEqual(await ask('POST', apps, [{name: 'bad', type: 'live', publishers: {llhsl: {}}}]),
                   failed(400, 'Unknown item found: publishers.llhsl'));
  assert.equal((await ask('POST', apps, [{name: 'bad', type: 'live', publishers: {llhls: {segmentCount: 0}}}]))[0], 400);

  const profiles = `${apps}/app/outputProfiles`;
  const profile = {name: 'p', outputStreamName: '${OriginStreamName}', encodes: {videos: [{bypass: true}]}};
  assert.deepEqual(await ask('POST', profiles, [profile]), [200, [{statusCode: 200, message: 'OK', response: profile}]]);
  assert.deepEqual(await ask('POST', profiles, [profile]),
                   [409, [{statusCode: 409, message: 'The output profile "p" already exists'}]]);
  assert.deepEqual(await ask('GET', profiles), ok(['default', 'p']));
  assert.deepEqual(await ask('GET', `${profiles}/p`), ok(profile));
  assert.deepEqual(await ask('DELETE', `${profiles}/p`), ok());
  assert.deepEqual(await ask('GET', `${profiles}/p`), failed(404, 'Could not find the output profile: [made/app/p]'));

  assert.deepEqual(await ask('POST', `${apps}/app:setEventForwardPolicy`, {dropEvent: ['amf', 'cue']}), ok());
  assert.deepEqual(await ask('GET', `${apps}/app:EventForwardPolicy`), ok({dropEvent: ['amf', 'cue']}));
  assert.deepEqual(await ask('POST', `${v}:reloadAllCertificates`, {}), ok());
  assert.deepEqual(await ask('POST', `${v}/made:reloadCertificate`, {}), ok());
  assert.deepEqual(await ask('POST', '/v1/managers/api:reloadCertificate', {}),
                   failed(400, 'TLS is not enabled for the API Server'));
  assert.deepEqual(await ask('DELETE', `${apps}/app`), ok());
  assert.deepEqual(await ask('DELETE', `${v}/made`), ok());
  assert.deepEqual(await ask('GET', v), ok(['default']));
});

/** Watches a chunklist part by part until told to stop; nothing may be missing, broken off or begun anew. */
function watch(url) {
  const seen = {parts: 0, done: false, error: undefined};
  const go = async () => {
    let playlist = parseMedia((await getOk(url)).text);
    const {map} = playlist;
    while (!seen.done) {
      const {number, part} = newestPart(playlist);
      playlist = parseMedia((await getOk(`${url}?_HLS_msn=${number}&_HLS_part=${part + 1}`)).text);
      for (const segment of [...playlist.segments, playlist.open]) {
        assert.ok(!segment.gap && !segment.discontinuity, `segment ${segment.number} is broken`);
      }
      assert.equal(playlist.map, map, 'another run');
      seen.parts += 1;
    }
  };
  const going = go().catch((error) => {
    seen.error = error;
  });
  seen.end = async () => {
    seen.done = true;
    await going;
    if (seen.error) throw seen.error;
  };
  return seen;
}

/**
 * Follows how many bytes of a stream came in until told to stop. They are counted once a second, so between two changes of the
 * figure there is not more than that, and what a busy machine adds.
 */
function count(origin, path) {
  const counted = {done: false, longest: 0};
  const go = async () => {
    let bytes = -1;
    let changed = performance.now();
    while (!counted.done) {
      const [, {response}] = await call(origin, 'GET', `/v1/stats/current/vhosts/default/apps${path}`);
      const now = performance.now();
      counted.longest = Math.max(counted.longest, now - changed);
      if (response.totalBytesIn !== bytes) changed = now;
      bytes = response.totalBytesIn;
      await pause(20);
    }
  };
  const going = go();
  counted.end = async () => {
    counted.done = true;
    await going;
    return counted.longest;
  };
  return counted;
}

test('an application starts again, and the others do not notice', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  const edge = await startEdge(t, origin);
  const ended = publish(t, origin.rtmp('a'));
  const kept = publish(t, origin.rtmp('b', 'other'));
  const urlA = await playing(edge, 'a', 'app');
  const urlB = await playing(edge, 'b', 'other');
  const viewer = watch(urlB);
  await until('the viewer to see parts', 20 * patience, () => viewer.parts >= 2 || viewer.error);

  const counter = count(origin, '/other/streams/b');
  const file = join(origin.folder, 'origin.xml');
  const before = await readFile(file, 'utf8');
  await writeFile(file, before.replace('<SegmentDuration>2<', '<SegmentDuration>two<'));
  const [refused, why] = await call(origin, 'POST', '/v1/vhosts/default/apps/app:restart', {});
  assert.equal(refused, 400);
  assert.match(why.message, /SegmentDuration: 'two' is not a number/);
  assert.equal(ended.ended, undefined, 'the old application was not kept');

  await writeFile(file, before.replace('<SegmentDuration>2<', '<SegmentDuration>3<'));
  const push = {id: 'p', stream: {name: 'later'}, protocol: 'rtmp', url: 'rtmp://127.0.0.1:1/app', streamKey: 's'};
  assert.equal((await call(origin, 'POST', '/v1/vhosts/default/apps/app:startPush', push))[0], 200);
  assert.deepEqual(await call(origin, 'POST', '/v1/vhosts/default/apps/app:restart', {}), ok());
  await until('the pushes to end', 10 * patience,
              async () => (await call(origin, 'POST', '/v1/vhosts/default/apps/app:pushes', {}))[1].response.length === 0);
  await until('the publisher to be sent away', 10 * patience, () => ended.ended !== undefined);
  await until('the viewers to be let go', 10 * patience, async () => (await get(urlA)).status === 404);
  assert.equal((await call(origin, 'GET', '/v1/vhosts/default/apps/app'))[1].response.publishers.llhls.segmentDuration, 3);

  publish(t, origin.rtmp('a'));
  const anew = await playing(edge, 'a', 'app');
  const target = await until('a playlist', 30 * patience, async () => parseMedia((await getOk(anew)).text).targetDuration);
  assert.equal(target, 3);
  const parts = viewer.parts;
  await until('the viewer of the other to go on', 20 * patience, () => viewer.parts > parts + 4 || viewer.error);
  await viewer.end();
  const longest = await counter.end();
  assert.ok(longest < 2500 * patience, `no byte of the other for ${longest} ms`);
  assert.equal(kept.ended, undefined, 'the other publisher was ended');
});

test('an application that is changed or deleted by the API ends its streams', async (t) => {
  const origin = await startOrigin(t, {edit: (xml) => withApi(xml).replace('<Name>*</Name></Names></Host>\n    <App',
                                                                           '<Name>nobody</Name></Names></Host>\n    <App')});
  const [made] = await call(origin, 'POST', '/v1/vhosts', [{name: 'made', host: {names: ['*']}}]);
  assert.equal(made, 200);
  const apps = '/v1/vhosts/made/apps';
  assert.equal((await call(origin, 'POST', apps, [{name: 'app', type: 'live'}]))[0], 200);
  for (const change of [['PATCH', `${apps}/app`, {publishers: {llhls: {segmentCount: 4}}}], ['DELETE', `${apps}/app`]]) {
    const encoder = publish(t, origin.rtmp('a'));
    await until('the stream', 20 * patience, async () => (await origin.metric('weir_streams ')) === 1);
    assert.equal((await call(origin, ...change))[0], 200);
    await until('its end', 10 * patience, () => encoder.ended !== undefined);
    await until('it to be gone', 10 * patience, async () => (await origin.metric('weir_streams ')) === 0);
  }
});

test('a deleted application leaves no recording for the next of its name, a restart leaves them', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  assert.equal((await call(origin, 'POST', '/v1/vhosts', [{name: 'made'}]))[0], 200);
  const app = '/v1/vhosts/made/apps/app';
  const make = () => call(origin, 'POST', '/v1/vhosts/made/apps', [{name: 'app', type: 'live', publishers: {file: {}}}]);
  const recordings = async () => {
    const [status, {response}] = await call(origin, 'POST', `${app}:records`, {});
    assert.equal(status, 200);
    return response.map(({id}) => id);
  };
  assert.equal((await make())[0], 200);
  for (const id of ['one', 'two'])
    assert.equal((await call(origin, 'POST', `${app}:startRecord`, {id, stream: {name: 'later'}}))[0], 200);
  assert.equal((await call(origin, 'POST', `${app}:restart`, {}))[0], 200);
  assert.deepEqual(await recordings(), ['one', 'two']);
  assert.equal((await call(origin, 'DELETE', app))[0], 200);
  assert.equal((await make())[0], 200);
  await until('them to go', 10 * patience, async () => (await recordings()).length === 0);
});

test('what the API made survives any end of the program', async (t) => {
  let origin = await startOrigin(t, {edit: withApi});
  assert.equal((await call(origin, 'POST', '/v1/vhosts', [{name: 'made'}]))[0], 200);
  const answered = new Set();
  let next = 0;
  for (let life = 0; life < 6; ++life) {
    // Killed while changes are being made, after a few of them, or more.
    const enough = life * 3;
    let kept = 0;
    const killed = origin.exit;
    for (;;) {
      const name = `app${next++}`;
      const answer = call(origin, 'POST', '/v1/vhosts/made/apps', [{name, type: 'live'}]).catch(() => undefined);
      if (kept === enough) {
        origin.kill('SIGKILL');
        if ((await answer)?.[0] === 200) answered.add(name);
        break;
      }
      assert.equal((await answer)[0], 200);
      answered.add(name);
      kept += 1;
    }
    await killed;
    origin = await startOrigin(t, {edit: withApi}, origin);
    const there = await until('the stored applications', 10 * patience,
                              async () => (await call(origin, 'GET', '/v1/vhosts/made/apps'))[1].response);
    for (const name of answered) assert.ok(there.includes(name), `${name} is lost`);
    assert.ok(there.length <= answered.size + life + 1, 'there are some that nobody asked for');
    assert.deepEqual(there, [...there].sort((a, b) => Number(a.slice(3)) - Number(b.slice(3))), 'out of order');
  }
});
