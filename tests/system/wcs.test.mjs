// The control plane as Flashphoner's WCS has it: finding and ending publishers and viewers, and hooks.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import test from 'node:test';

import {startControlServer} from './lib/control_server.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk} from './lib/hls.mjs';
import {pause, until} from './lib/wait.mjs';
import {patience, startEdge, startOrigin} from './lib/weir.mjs';

const managers = `<Managers><Host><Names><Name>*</Name></Names></Host>
  <API><AccessToken>operator:secret</AccessToken></API></Managers>`;
const token = `Basic ${Buffer.from('operator:secret').toString('base64')}`;

/** The API switched on, and `wcs` below <Weir><Wcs>. */
const having = (wcs = '', api = managers) => ({
  edit: (xml) => xml.replace('</Bind>', `</Bind>${api}`).replace('<Weir>', `<Weir><Wcs>${wcs}</Wcs>`),
});

const appXml = (url, methods, more = '') => `<Apps><App><Key>defaultApp</Key><Url>${url}</Url>
  <Methods>${methods}</Methods>${more}</App></Apps>`;

/** Calls a method; `body` may be text. */
async function call(origin, method, body = {}, headers = {Authorization: token}) {
  const answer = await get(`${origin.management}/rest-api${method}`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', ...headers},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {...answer, json: answer.text === '' ? undefined : JSON.parse(answer.text)};
}

/** A player that polls, until it is refused or stopped. Its list of chunklists is asked for by another: "node". */
function play(t, url, userAgent) {
  const player = {refused: undefined, served: 0, stopped: false, url, userAgent};
  const headers = {'User-Agent': userAgent};
  const ask = async (address) => {
    const answer = await get(address, {headers});
    if (answer.status === 200) ++player.served;
    if (answer.status === 403) player.refused = answer;
    return answer.status;
  };
  player.restart = () => ask(url);
  player.done = (async () => {
    await ask(url);
    while (!player.stopped && player.refused === undefined) {
      try {
        player.list ??= (await chunklists(url))[0].url;
        await ask(player.list);
      } catch {
        // Not there yet, or not any more.
      }
      await pause(100);
    }
  })();
  player.stop = async () => {
    player.stopped = true;
    await player.done;
  };
  player.ask = ask;
  t.after(player.stop);
  return player;
}

async function watch(t, edge, stream, userAgent) {
  const player = play(t, edge.url(stream), userAgent);
  await until(`${userAgent} to watch`, 20 * patience, () => player.served > 1);
  return player;
}

const list = async (origin, filter) => (await call(origin, '/stream/find', filter)).json;
const viewersOf = async (origin, name) => {
  const found = await call(origin, '/stream/find', {name, published: false});
  return found.status === 404 ? [] : found.json;
};
const players = (streams) => streams.filter((stream) => stream.userAgent?.startsWith('player'));

const live = (origin, name) =>
    until(`${name} to be live`, 20 * patience, async () => (await list(origin, {name, published: true}))[0]?.videoCodec);

test('publishers and viewers on two edges are found and ended', async (t) => {
  const origin = await startOrigin(t, having());
  const encoder = publish(t, origin.rtmp('one'));
  publish(t, origin.rtmp('two'));
  await live(origin, 'one');
  await live(origin, 'two');
  const edges = [await startEdge(t, origin), await startEdge(t, origin)];
  const a = await watch(t, edges[0], 'one', 'player a');
  const b = await watch(t, edges[1], 'one', 'player b');
  const c = await watch(t, edges[1], 'two', 'player c');

  await t.test('they are listed as WCS lists them', async () => {
    const all = await until('all viewers to be listed', 10, async () => {
      const found = (await call(origin, '/stream/find_all')).json;
      return players(found).length === 3 ? found : undefined;
    });
    const [publisher] = all.filter((stream) => stream.published && stream.name === 'one');
    assert.equal(publisher.status, 'PUBLISHING');
    assert.equal(publisher.mediaProvider, 'RTMP');
    assert.equal(publisher.videoCodec, 'H264');
    assert.match(publisher.mediaSessionId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const [viewer] = all.filter((stream) => stream.userAgent === 'player a');
    assert.equal(viewer.published, false);
    assert.equal(viewer.status, 'PLAYING');
    assert.equal(viewer.mediaProvider, 'HLS');
    assert.equal(viewer.name, 'one');
    const ids = new Set(all.map((stream) => stream.mediaSessionId));
    assert.equal(ids.size, all.length, 'every session has an id of its own');
    assert.ok(players((await call(origin, '/connection/find_all')).json).length === 3);
  });

  await t.test('filters combine with AND', async () => {
    const all = (await call(origin, '/stream/find_all')).json;
    const publisher = all.find((stream) => stream.published && stream.name === 'one');
    const viewer = all.find((stream) => stream.userAgent === 'player a');
    const rows = [
      [{mediaSessionId: viewer.mediaSessionId}, ['player a']],
      [{mediaSessionIds: [viewer.mediaSessionId, publisher.mediaSessionId]}, ['player a', 'publisher one']],
      [{name: 'one'}, ['player a', 'player b', 'publisher one']],
      [{name: 'app/two'}, ['player c', 'publisher two']],
      [{published: true}, ['publisher one', 'publisher two']],
      [{published: false}, ['player a', 'player b', 'player c']],
      [{status: 'PLAYING'}, ['player a', 'player b', 'player c']],
      [{status: 'PUBLISHING'}, ['publisher one', 'publisher two']],
      [{sessionId: viewer.sessionId}, ['player a']],
      [{sessionId: publisher.sessionId}, ['publisher one']],
      [{name: 'one', published: false}, ['player a', 'player b']],
      [{name: 'one', status: 'PUBLISHING'}, ['publisher one']],
      [{mediaSessionId: viewer.mediaSessionId, name: 'one'}, ['player a']],
      [{mediaSessionId: viewer.mediaSessionId, name: 'two'}, []],
      [{published: true, status: 'PLAYING'}, []],
      [{name: 'none'}, []],
      [{status: 'PAUSED'}, []],
      [{mediaSessionId: 'none'}, []],
    ];
    for (const [filter, expected] of rows) {
      const answer = await call(origin, '/stream/find', filter);
      assert.equal(answer.status, expected.length > 0 ? 200 : 404, JSON.stringify(filter));
      if (answer.status !== 200) continue;
      // The test's own requests are a viewer, too.
      const found = answer.json.filter((one) => one.published || one.userAgent.startsWith('player'));
      assert.deepEqual(found.map((one) => one.published ? `publisher ${one.name}` : one.userAgent).sort(), expected,
                       JSON.stringify(filter));
    }
  });

  await t.test('what is no filter ends nobody', async () => {
    for (const body of ['', '{}', '[]', '{"nmae":"one"}', '{"published":false,"nmae":"one"}', '{"name":1}', '{"status":"x"}', '{']) {
      assert.equal((await call(origin, '/stream/terminate', body)).status, 400, body);
    }
    assert.equal((await call(origin, '/stream/terminate', {name: 'none'})).status, 404);
    assert.equal((await call(origin, '/stream/terminate', {published: false}, {})).status, 401);
    assert.equal((await call(origin, '/pull/startup', {uri: 'wss://x'})).status, 501);
    assert.equal(a.refused ?? b.refused ?? c.refused, undefined);
  });

  await t.test('ending viewers leaves the publisher, and the others', async () => {
    const answer = await call(origin, '/stream/terminate', {name: 'one', published: false});
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
    for (const player of [a, b]) {
      await until('the viewer to be refused', 10, () => player.refused);
      assert.equal(player.refused.headers.get('cache-control'), 'no-store');
      assert.equal(player.refused.headers.get('access-control-allow-origin'), '*');
      assert.equal(await player.ask(player.list), 403);
    }
    assert.equal(c.refused, undefined);
    assert.equal((await call(origin, '/stream/find', {name: 'one', published: true})).status, 200);
    assert.deepEqual(players(await viewersOf(origin, 'one')), []);
    assert.ok(edges[0].output.includes('Stopped by rest /terminate'));
  });

  await t.test('who starts again is a new viewer', async () => {
    assert.equal(await a.restart(), 403, 'not at once');
    await until('the viewer to be let in', 10, async () => (await a.restart()) === 200);
    const again = players(await viewersOf(origin, 'one'));
    assert.equal(again.length, 1);
    assert.equal(await a.ask(a.list), 200);
  });

  await t.test('ending the publisher ends its viewers on every edge', async () => {
    const d = await watch(t, edges[1], 'one', 'player d');
    await until('two viewers', 10, async () => players(await viewersOf(origin, 'one')).length === 2);
    const before = (await list(origin, {name: 'one', published: true}))[0];
    assert.equal((await call(origin, '/stream/terminate', {name: 'one', status: 'PUBLISHING'})).status, 200);
    await until('the encoder to be ended', 10, () => encoder.ended !== undefined);
    await until('the viewer to be refused', 10, () => d.refused);
    assert.equal(await a.ask(a.list), 403);
    for (const edge of edges) assert.ok(edge.output.includes('Stopped by publisher stop'));
    assert.equal((await call(origin, '/stream/terminate', {name: 'one', status: 'PUBLISHING'})).status, 404);
    assert.equal(c.refused, undefined);

    // Both may come back.
    publish(t, origin.rtmp('one'));
    await live(origin, 'one');
    const after = (await list(origin, {name: 'one', published: true}))[0];
    assert.notEqual(after.mediaSessionId, before.mediaSessionId);
    await until('the viewer to be let in', 15 * patience, async () => (await d.restart()) === 200);
  });
});

test('without <Auth> the methods of WCS want no token, and the rest of the API does', async (t) => {
  const origin = await startOrigin(t, having('<Auth>false</Auth>'));
  assert.equal((await call(origin, '/stream/find_all', '', {})).status, 404);
  assert.equal((await get(`${origin.management}/rest-api/stream/find_all`)).status, 404);
  assert.equal((await get(`${origin.management}/v1/version`)).status, 401);
});

test('streams are sent on', async (t) => {
  const origin = await startOrigin(t, {edit: (xml) => having().edit(xml).replace('<OVT/>', '<OVT/><Push/>')});
  publish(t, origin.rtmp('live'));
  await live(origin, 'live');
  const push = {streamName: 'live', rtmpUrl: `rtmp://127.0.0.1:${origin.ports.rtmp}/app`};
  assert.equal((await call(origin, '/push/startup', {...push, streamName: 'none'})).status, 404);
  assert.equal((await call(origin, '/push/startup', {...push, rtmpUrl: 'x'})).status, 400);
  const started = await call(origin, '/push/startup', push);
  assert.equal(started.status, 200, started.text);
  assert.equal(started.json.streamName, 'rtmp_live');
  await live(origin, 'rtmp_live');
  assert.equal((await call(origin, '/push/startup', push)).status, 409);
  assert.equal((await call(origin, '/push/find_all')).json.length, 1);
  assert.equal((await call(origin, '/push/find', {streamName: 'live'})).json.length, 1);
  const {mediaSessionId} = started.json;
  assert.equal((await call(origin, '/push/terminate', {mediaSessionId})).status, 200);
  await until('the push to end', 15 * patience, async () => (await call(origin, '/push/find_all')).status === 404);
  await until('the copy to end', 15 * patience,
              async () => (await call(origin, '/stream/find', {name: 'rtmp_live'})).status === 404);
});

/** An operator's web server: keeps what it is told, answers with `server.status[method]` or 200; 0: not at all. */
async function startBackend(t) {
  const server = {status: {}, calls: [], open: 0, mostOpen: 0};
  const http = createServer(async (request, response) => {
    server.mostOpen = Math.max(server.mostOpen, ++server.open);
    response.on('close', () => --server.open);
    let body = '';
    for await (const piece of request) body += piece;
    const method = request.url.replace('/MyAPI/', '');
    server.calls.push({...JSON.parse(body), method, at: Date.now()});
    const status = server.status[method] ?? 200;
    if (status === 0) return;
    response.writeHead(status, {'Content-Type': 'application/json'}).end(body);
  });
  await new Promise((done) => http.listen(0, '127.0.0.1', done));
  server.url = `http://127.0.0.1:${http.address().port}/MyAPI`;
  server.of = (method, where = () => true) => server.calls.filter((one) => one.method === method && where(one));
  server.stop = () => new Promise((done) => {
    http.close(done);
    http.closeAllConnections();
  });
  t.after(server.stop);
  return server;
}

test('a backend is asked in every interval whether streams may go on', async (t) => {
  const backend = await startBackend(t);
  const wcs = appXml(backend.url, 'StreamKeepAliveEvent,StreamStatusEvent',
                     '<KeepAliveInterval>300</KeepAliveInterval><Timeout>400</Timeout>');
  const origin = await startOrigin(t, having(wcs));
  const edge = await startEdge(t, origin, having(wcs, ''));
  const encoder = publish(t, origin.rtmp('live'));
  await live(origin, 'live');
  const player = await watch(t, edge, 'live', 'player');
  const mine = (one) => one.userAgent === 'player';
  const beats = (where) => backend.of('StreamKeepAliveEvent', where).length;
  const more = async (what, where) => {
    const before = beats(where);
    await until(what, 15 * patience, () => beats(where) >= before + 3);
  };

  await more('beats of the publisher', (one) => one.published);
  await more('beats of the viewer', mine);
  const [beat] = backend.of('StreamKeepAliveEvent', mine);
  assert.equal(beat.appKey, 'defaultApp');
  assert.equal(beat.name, 'live');
  assert.equal(beat.status, 'PLAYING');
  assert.equal(beat.sdp, undefined);

  for (const status of [500, 404, 0]) {
    backend.status.StreamKeepAliveEvent = status;
    await more(`beats that are answered ${status}`, mine);
    assert.equal(player.refused, undefined);
    assert.equal(encoder.ended, undefined);
  }
  backend.status.StreamKeepAliveEvent = 403;
  await until('the viewer to be refused', 15 * patience, () => player.refused);
  await until('the encoder to be ended', 15 * patience, () => encoder.ended !== undefined);
  const ended = (where) => backend.of('StreamStatusEvent', (one) => one.status === 'FAILED' && where(one))[0];
  await until('the ends to be told', 10, () => ended(mine) && ended((one) => one.published));
  assert.equal(ended((one) => one.published).info, 'Terminated by keep-alive');
  assert.match(ended(mine).info, /^(Terminated by keep-alive|Stopped by publisher stop)$/);
});

test('where a backend must answer, silence ends streams', async (t) => {
  const backend = await startBackend(t);
  backend.status.StreamKeepAliveEvent = 500;
  const origin = await startOrigin(t, having(appXml(
      backend.url, 'StreamKeepAliveEvent', '<KeepAliveInterval>300</KeepAliveInterval><FailOpen>false</FailOpen>')));
  const encoder = publish(t, origin.rtmp('live'));
  await until('the encoder to be ended', 15 * patience, () => encoder.ended !== undefined);
});

test('a backend says who may publish and play, and so does a control server', async (t) => {
  const backend = await startBackend(t);
  const control = await startControlServer(t, {secret: 'hook secret', answer: () => ({allowed: true})});
  const admission = (enables) => `<AdmissionWebhooks><ControlServerUrl>${control.url}</ControlServerUrl>
    <SecretKey>hook secret</SecretKey><Timeout>1000</Timeout><Enables>${enables}</Enables></AdmissionWebhooks>`;
  const wcs = `<Wcs>${appXml(backend.url, 'connect,publishStream,playStream')}</Wcs>`;
  const keys = '<PathToken><Key><Id>k</Id><Secret>key secret</Secret></Key></PathToken>';
  const origin = await startOrigin(t, {
    edit: (xml) => xml.replace('</Host>', `</Host>${admission('<Providers>rtmp</Providers>')}`)
                      .replace('</Bind>', `</Bind>${managers}`)
                      .replace('<Weir>', `<Weir>${wcs}`),
  });
  const edge = await startEdge(t, origin, {
    edit: (xml) => xml.replace('</Host>', `</Host>${admission('<Publishers>llhls</Publishers>')}`)
                      .replace('<Weir>', `<Weir>${keys}${wcs}`),
  });

  backend.status.publishStream = 403;
  const refused = publish(t, origin.rtmp('live'), {seconds: 20});
  await until('the refusal', 15 * patience, () => refused.ended !== undefined);
  assert.ok(origin.output.includes('publishStream was answered 403'));
  assert.equal(control.of('opening').length, 1, 'the control server had agreed');
  await until('the closing', 10, () => control.of('closing').length === 1);

  backend.status = {};
  publish(t, origin.rtmp('live'));
  await live(origin, 'live');

  // A viewer: the control server's redirect, then the backend.
  backend.status.playStream = 403;
  const headers = {'User-Agent': 'player'};
  assert.equal((await get(edge.url('live'), {headers})).status, 403);
  assert.equal(backend.of('playStream').at(-1).userAgent, 'player');
  assert.ok(edge.output.includes('playStream was answered 403'));
  backend.status = {};
  const other = {headers: {'User-Agent': 'another player'}};
  assert.equal((await get(edge.url('live'), other)).status, 200);
  assert.equal(backend.of('connect').at(-1).published, false);
  const closings = () => control.of('closing').filter(
      (one) => one.request.direction === 'outgoing' && one.client.user_agent === 'another player');
  await until('the viewer to be gone', 60 * patience, () => closings().length === 1);
  control.answer = () => ({allowed: false, reason: 'no'});
  assert.equal((await get(edge.url('live'), {headers: {'User-Agent': 'a third'}})).status, 401);
});
