// The REST API as a whole: who may call, what every route does with good and bad input, streams and statistics.
import assert from 'node:assert/strict';
import {request} from 'node:http';
import test from 'node:test';

import {call, token, withApi} from './lib/api.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {getOk} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {patience, startEdge, startOrigin} from './lib/weir.mjs';

const basic = (text) => `Basic ${Buffer.from(text).toString('base64')}`;

/** One request as it stands; gives status, headers and body. */
function send(origin, method, path, {headers = {Authorization: basic(token)}, body = ''} = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(`${origin.management}${path}`, {method, headers: {...headers, 'Content-Length': Buffer.byteLength(body)}},
                          (response) => {
                            const pieces = [];
                            response.on('data', (piece) => pieces.push(piece));
                            response.on('end', () => resolve({status: response.statusCode, headers: response.headers,
                                                              text: Buffer.concat(pieces).toString()}));
                          });
    asked.setTimeout(30_000, () => asked.destroy(new Error(`${method} ${path} hangs`)));
    asked.on('error', (error) => reject(new Error(`${method} ${path.slice(0, 100)} ${body.length} bytes: ${error.message}; ${origin.output.slice(-600)}`)));
    asked.end(body);
  });
}

test('the API wants its token, answers in its envelope, and lets pages of its domains in', async (t) => {
  const origin = await startOrigin(t, {
    edit: (xml) => withApi(xml).replace('</AccessToken>', '</AccessToken><CrossDomains><Url>*.example.com</Url></CrossDomains>'),
  });
  const none = await send(origin, 'GET', '/v1/vhosts', {headers: {}});
  assert.equal(none.status, 401);
  assert.equal(none.headers['www-authenticate'], 'Basic realm="OvenMediaEngine"');
  assert.deepEqual(JSON.parse(none.text), {message: '[HTTP] Authorization header is required to call API (401)', statusCode: 401});
  assert.equal((await send(origin, 'GET', '/v1/nothing', {headers: {Authorization: basic('wrong')}})).status, 401);
  assert.deepEqual(JSON.parse((await send(origin, 'GET', '/v1/nothing')).text),
                   {message: '[HTTP] Controller not found (404)', statusCode: 404});
  const head = await send(origin, 'HEAD', '/v1/version');
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-type'], 'application/json;charset=UTF-8');
  assert.equal(head.text, '');
  const preflight = await send(origin, 'OPTIONS', '/v1/vhosts', {
    headers: {'Origin': 'https://console.example.com', 'Access-Control-Request-Headers': 'authorization'},
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], 'https://console.example.com');
  const foreign = await send(origin, 'GET', '/v1/version', {headers: {Authorization: basic(token), Origin: 'https://example.org'}});
  assert.equal(foreign.headers['access-control-allow-origin'], undefined);
});

test('streams are listed, shown with their tracks and viewers, and ended', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  const edge = await startEdge(t, origin);
  assert.deepEqual((await call(origin, '/streams')).body, {statusCode: 200, message: 'OK', response: []});
  const missing = await call(origin, '/streams/cam');
  assert.equal(missing.status, 404);
  assert.equal(missing.body.message, '[HTTP] Could not find the stream: [default/#default#app/cam] (404)');
  const encoder = publish(t, origin.rtmp('cam'));
  await until('the stream', 20 * patience, async () => (await call(origin, '/streams')).body.response.includes('cam'));
  const stream = await until('its tracks', 20 * patience, async () => {
    const {body} = await call(origin, '/streams/cam');
    const tracks = body.response.input.tracks;
    return tracks.length === 2 && tracks[0].video?.framerateLatest > 0 ? body.response : undefined;
  });
  assert.equal(stream.input.sourceType, 'Rtmp');
  assert.match(stream.input.sourceUrl, /^TCP:\/\/127\.0\.0\.1:\d+$/);
  assert.match(stream.input.createdTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  assert.equal(stream.input.tracks[0].video.codec, 'H264');
  assert.equal(stream.input.tracks[1].audio.codec, 'AAC');
  assert.equal(stream.outputs[0].name, 'cam');
  await until('the stream at the edge', 20 * patience, () => getOk(edge.url('cam')));
  const statistics = async (version) => JSON.parse(
      (await send(origin, 'GET', `/${version}/stats/current/vhosts/default/apps/app/streams/cam`)).text).response;
  await until('a viewer in the statistics', 20 * patience, async () => {
    await getOk(edge.url('cam'));
    return (await statistics('v1')).connections.llhls > 0;
  });
  const flat = await statistics('v1');
  assert.ok(flat.totalBytesIn > 0 && flat.avgThroughputIn > 0);
  const split = await statistics('v2');
  assert.equal(split.providers.connections.rtmp, 1);
  assert.ok(split.providers.totalBytesIn >= flat.totalBytesIn);
  for (const path of ['', '/vhosts/default', '/vhosts/default/apps/app'])
    assert.ok(JSON.parse((await send(origin, 'GET', `/v1/stats/current${path}`)).text).response.totalBytesIn > 0, path);
  assert.equal((await send(origin, 'DELETE', '/v1/vhosts/default/apps/app/streams/cam')).status, 200);
  await until('the encoder to be gone', 20 * patience, () => encoder.ended !== undefined);
  assert.equal((await call(origin, '/streams/cam')).status, 404);
});

/** A value that the schema allows, or where `wrong` is set, one of another type. */
function sample(schema, wrong = false) {
  if (wrong) return schema.type === 'string' ? 17 : 'a string';
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, sample(member)]));
    case 'array':
      return [sample(schema.items ?? {type: 'string'})];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 0);
    case 'boolean':
      return true;
    default:
      return 'x';
  }
}

/** Bodies nobody should send, and one that is as described. */
function bodies(schema) {
  const good = sample(schema);
  const list = [JSON.stringify(good), '', '{', 'null', '[]', '{}', '"text"', '['.repeat(100_000), JSON.stringify('x'.repeat(500_000)),
                JSON.stringify({unknown: 1})];
  const fields = schema.type === 'object' ? schema.properties ?? {} : {};
  for (const [name, member] of Object.entries(fields)) {
    const without = {...good};
    delete without[name];
    list.push(JSON.stringify(without), JSON.stringify({...good, [name]: sample(member, true)}),
              JSON.stringify({...good, [name]: 'x'.repeat(100_000)}), JSON.stringify({...good, [name]: null}));
  }
  return list;
}

test('every route takes good, missing, mistyped and oversized input, and goes on', async (t) => {
  const origin = await startOrigin(t, {edit: (xml) => withApi(xml).replace('<OVT/>', '<OVT/><Push/><FILE/>').replace('<RTMP><Packet', '<OVT/><RTMP><Packet')});
  publish(t, origin.rtmp('cam'));
  await until('the stream', 20 * patience, async () => (await call(origin, '/streams')).body.response.includes('cam'));
  const api = JSON.parse((await send(origin, 'GET', '/v1/openapi.json')).text);
  const names = [{vhost: 'default', app: 'app', stream: 'cam'}, {vhost: 'none', app: 'app', stream: 'cam'},
                 {vhost: 'default', app: 'none', stream: 'cam'}, {vhost: 'default', app: 'app', stream: 'none'},
                 {vhost: '%00', app: '..', stream: '%ff'}, {vhost: 'x'.repeat(3000), app: 'a', stream: 's'}];
  const refusals = [400, 404, 414];  // of any route: a body or a path that is none
  let calls = 0;
  const routes = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, route]) => ({path, method, route})));
  assert.ok(routes.length > 20, `${routes.length} routes`);
  // What ends the stream comes last.
  routes.sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
  for (const {path, method, route} of routes) {
    const schema = route.requestBody?.content['application/json'].schema;
    for (const named of path.includes('{') ? names : [{}]) {
      const target = path.replace(/\{(\w+)\}/g, (_, name) => named[name] ?? 'x');
      for (const body of schema ? bodies(schema) : ['']) {
        const answer = await send(origin, method.toUpperCase(), target, {body});
        const about = `${method} ${target.slice(0, 120)} ${body.slice(0, 120)}: ${answer.status} ${answer.text.slice(0, 200)}`;
        assert.ok(String(answer.status) in route.responses || refusals.includes(answer.status), about);
        if (answer.text !== '') JSON.parse(answer.text);
        ++calls;
      }
      if (schema) {
        const oversized = await send(origin, method.toUpperCase(), target, {body: JSON.stringify('x'.repeat(1 << 20))})
            .catch((error) => ({status: 413, text: error.message}));  // it may close before all is read
        assert.equal(oversized.status, target.length > 2900 ? oversized.status : 413, target);
      }
    }
  }
  t.diagnostic(`${calls} calls of ${routes.length} routes`);
  assert.equal((await send(origin, 'GET', '/v1/version')).status, 200);
  assert.equal(origin.ended, undefined);
});
