// Every request that the documents of OvenMediaEngine Enterprise and of Web Call Server show, sent with curl to an origin
// whose live stream is watched at an edge.
import assert from 'node:assert/strict';
import test from 'node:test';

import {token, withApi} from './lib/api.mjs';
import {makeCertificate, tlsXml} from './lib/certificate.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk} from './lib/hls.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {freePort, patience, startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

const app = '/v1/vhosts/default/apps/app';
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/;

/** One request by curl; gives the status, the headers by their names in lower case, and the JSON of the body. */
async function curl(t, url, {method = 'POST', body, user = token, more = []} = {}) {
  const args = ['-sS', '-i', '--max-time', String(15 * patience), '-X', method, ...more];
  if (user !== null) args.push('-H', `Authorization: Basic ${Buffer.from(user).toString('base64')}`);
  if (body !== undefined) {
    args.push('-H', 'Content-Type: application/json', '--data-binary', typeof body === 'string' ? body : JSON.stringify(body));
  }
  const {code, output} = await run(t, 'curl', [...args, url], 20 * patience);
  assert.equal(code, 0, `curl ${url}: ${output}`);
  const [head, ...rest] = output.split('\r\n\r\n');
  const [status, ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(),
                                                            field.slice(field.indexOf(':') + 1).trim()]));
  const text = rest.join('\r\n\r\n');
  return {status: Number(status.split(' ')[1]), headers, text, json: text === '' ? undefined : JSON.parse(text)};
}

const done = {statusCode: 200, message: 'OK'};

/** An origin with TLS for its API, and an edge where the stream "stream" is watched. */
async function startAll(t) {
  const folder = await temporaryFolder(t);
  const certificate = await makeCertificate(t, folder, 'api');
  const tls = await freePort();
  const origin = await startOrigin(t, {
    edit: (xml) => withApi(xml).replace('<OVT/>', '<OVT/><Push/><FILE/>')
                       .replace('<Host><Names>', `<Host>${tlsXml(certificate)}<Names>`)
                       .replace(/(<API><Port>\d+<\/Port>)/, `$1<TLSPort>${tls}</TLSPort>`)
                       .replace('</AccessToken>', `</AccessToken><CrossDomains><Url>https://one.example</Url>
                          <Url>*.airensoft.com</Url></CrossDomains>`)
                       .replace('<Weir>', '<Weir><Wcs><Auth>false</Auth></Wcs>'),
  });
  const edge = await startEdge(t, origin);
  const ask = (path, settings) => curl(t, `${origin.management}${path}`, settings);
  return {origin, edge, ask, secure: `https://127.0.0.1:${tls}`};
}

async function live(t, {origin, edge}, name = 'stream') {
  const encoder = publish(t, origin.rtmp(name));
  await until(`${name} to play`, 30 * patience, async () => (await chunklists(edge.url(name)))[0].url);
  return encoder;
}

/** Without its token a call is refused in the documented words. */
async function wantsToken(ask, path, body = {}) {
  const answer = await ask(path, {body, user: null});
  assert.equal(answer.status, 401);
  assert.equal(answer.headers['www-authenticate'], 'Basic realm="OvenMediaEngine"');
  assert.equal(answer.headers['content-type'].split(';')[0], 'application/json');
  assert.deepEqual(answer.json, {message: '[HTTP] Authorization header is required to call API (401)', statusCode: 401});
}

test('the API in general: addresses, token, domains, what is read-only', async (t) => {
  const all = await startAll(t);
  const {origin, ask, secure} = all;
  await live(t, all);
  for (const base of [origin.management, secure]) {
    const vhosts = await curl(t, `${base}/v1/vhosts`, {method: 'GET', more: ['-k']});
    assert.deepEqual([vhosts.status, vhosts.json], [200, {...done, response: ['default']}]);
    assert.match(vhosts.headers['content-type'], /^application\/json/);
  }
  await wantsToken(ask, `${app}:restart`);
  const wrong = await ask('/v1/vhosts', {method: 'GET', user: 'user-id:password'});
  assert.equal(wrong.status, 401);
  const allowed = async (domain) => (await ask('/v1/vhosts', {method: 'GET', more: ['-H', `Origin: ${domain}`]}))
      .headers['access-control-allow-origin'];
  assert.equal(await allowed('https://one.example'), 'https://one.example');
  assert.equal(await allowed('http://one.example'), undefined, 'only with that scheme');
  assert.equal(await allowed('http://www.airensoft.com'), 'http://www.airensoft.com');
  assert.equal(await allowed('https://www.airensoft.com'), 'https://www.airensoft.com');

  const profile = {name: 'p', outputStreamName: '${OriginStreamName}', encodes: {videos: [{bypass: true}]}};
  for (const [method, path, body] of [
         ['PUT', '/v1/vhosts/default', {}], ['DELETE', '/v1/vhosts/default'],
         ['POST', '/v1/vhosts/default/apps', [{name: 'x', type: 'live'}]], ['PUT', app, {type: 'live'}],
         ['PATCH', app, {type: 'live'}], ['DELETE', app], ['POST', `${app}/outputProfiles`, [profile]],
       ]) {
    const refused = await ask(path, {method, body});
    assert.deepEqual([refused.status, refused.json],
                     [403, {statusCode: 403, message: '[HTTP] The VirtualHost is read-only: [default] (403)'}], `${method} ${path}`);
  }
  const event = {eventFormat: 'id3v2', eventType: 'video', events: [{frameType: 'TXXX', info: 'AirenSoft', data: 'OvenMediaEngine'}]};
  assert.deepEqual((await ask(`${app}/streams/stream:sendEvent`, {body: event})).json, done);
});

test('restarting an application', async (t) => {
  const all = await startAll(t);
  const encoder = await live(t, all);
  const answer = await all.ask(`${app}:restart`);
  assert.deepEqual([answer.status, answer.json], [200, done]);
  assert.match(answer.headers['content-type'], /^application\/json/);
  await until('the publisher to be disconnected', 20 * patience, () => encoder.ended !== undefined);
  const missing = await all.ask('/v1/vhosts/default/apps/app2:restart');
  assert.deepEqual([missing.status, missing.json],
                   [404, {message: '[HTTP] Could not find the application: [default/app2] (404)', statusCode: 404}]);
});

test('pushing', async (t) => {
  const all = await startAll(t);
  const {ask} = all;
  const target = await startOrigin(t);
  await live(t, all);
  await wantsToken(ask, `${app}:startPush`);
  const bodies = {
    srt: {
      id: 'unique_srt', stream: {name: 'stream', variantNames: []}, protocol: 'srt',
      url: 'srt://127.0.0.1:9999?mode=caller&latency=120000&timeout=500000', streamKey: '',
    },
    rtmp: {
      id: 'unique_rtmp', stream: {name: 'stream', variantNames: []}, protocol: 'rtmp', url: target.rtmp('', 'app').slice(0, -1),
      streamKey: 'copy',
    },
    mpegts: {
      id: 'unique_ts', stream: {name: 'stream', variantNames: []}, protocol: 'mpegts', url: `udp://127.0.0.1:${await freePort()}`,
      streamKey: '',
    },
  };
  for (const body of Object.values(bodies)) {
    const {status, json} = await ask(`${app}:startPush`, {body});
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.message, 'OK');
    const {createdTime, startTime, finishTime, ...push} = json.response;
    for (const [name, expected] of Object.entries({
           id: body.id, vhost: 'default', app: 'app', protocol: body.protocol, url: body.url, streamKey: body.streamKey,
           stream: {name: 'stream', trackIds: [], variantNames: []}, sentBytes: 0, sentTime: 0, sequence: 0, totalsentBytes: 0,
           totalsentTime: 0, state: 'ready',
         })) assert.deepEqual(push[name], expected, `${body.protocol} ${name}`);
    for (const when of [createdTime, startTime, finishTime]) assert.match(when, time);
  }
  const duplicate = await ask(`${app}:startPush`, {body: bodies.rtmp});
  assert.deepEqual([duplicate.status, duplicate.json], [409, {statusCode: 409, message: '[HTTP] Duplicate ID (409)'}]);
  const state = async (id) => (await ask(`${app}:pushes`, {body: {id}})).json.response[0].state;
  await until('the RTMP push to run', 20 * patience, async () => await state('unique_rtmp') === 'pushing');
  await until('the UDP push to run', 20 * patience, async () => await state('unique_ts') === 'pushing');
  await until('the SRT push to fail', 20 * patience, async () => ['connecting', 'error'].includes(await state('unique_srt')));
  const every = await ask(`${app}:pushes`, {body: {}});
  assert.equal(every.status, 200);
  assert.deepEqual(every.json.response.map((push) => push.id).sort(), ['unique_rtmp', 'unique_srt', 'unique_ts']);
  for (const id of ['unique_srt', 'unique_rtmp', 'unique_ts'])
    assert.deepEqual((await ask(`${app}:stopPush`, {body: {id}})).json, done);
  const absent = {...bodies.rtmp, stream: {name: 'later', variantNames: ['h264_fhd', 'aac']}};
  assert.equal((await ask(`${app}:startPush`, {body: absent})).json.response.state, 'ready', 'waits for its stream');

  assert.equal((await ask(`${app}:startPush`, {body: {id: 'x'}})).status, 400);
  assert.equal((await ask(`${app}:stopPush`, {body: {}})).status, 400);
  assert.equal((await ask(`${app}:stopPush`, {body: {id: 'none'}})).status, 404);
  for (const action of ['startPush', 'stopPush', 'pushes'])
    assert.equal((await ask(`/v1/vhosts/default/apps/none:${action}`, {body: action === 'startPush' ? bodies.srt : {id: 'x'}})).status, 404);
});

test('recording', async (t) => {
  const all = await startAll(t);
  const {ask} = all;
  await wantsToken(ask, `${app}:startRecord`);
  const stream = {name: 'stream'};
  const bodies = [
    {id: 'single', stream: {name: 'stream', variantNames: []}},
    {id: 'interval', stream, interval: 60000, segmentationRule: 'discontinuity'},
    {id: 'schedule', stream, schedule: '0 */1 *', segmentationRule: 'continuity'},
    {id: 'paths', stream, filePath: '/path/to/file_name.mp4', infoPath: '/path/to/file_name.xml'},
  ];
  for (const body of bodies) {
    const {status, json} = await ask(`${app}:startRecord`, {body});
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.response.state, 'ready');
    assert.match(json.response.createdTime, time);
    const expected = {segmentationRule: 'discontinuity', ...body, vhost: 'default', app: 'app',
                      stream: {name: 'stream', trackIds: [], variantNames: []}};
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(json.response[name], value, `${body.id} ${name}`);
  }
  // As it stands in the document, without the comma behind the schedule.
  const misprint = await ask(`${app}:startRecord`, {body: '{"id":"x","stream":{"name":"stream"},"schedule":"0 */1 *" "segmentationRule":"continuity"}'});
  assert.equal(misprint.status, 400);
  assert.equal((await ask(`${app}:startRecord`, {body: bodies[0]})).status, 409);
  await live(t, all);
  const records = async () => (await ask(`${app}:records`, {body: {}})).json.response;
  await until('all four to record', 20 * patience, async () => {
    const list = await records();
    return list.length === 4 && list.every((record) => record.state === 'recording' && record.recordBytes > 0);
  });
  for (const {id} of bodies) {
    const {status, json} = await ask(`${app}:stopRecord`, {body: {id}});
    assert.deepEqual([status, json.message, json.response.id, json.response.state], [200, 'OK', id, 'stopping']);
  }
  assert.deepEqual(await records(), []);
  assert.equal((await ask(`${app}:stopRecord`, {body: {}})).status, 400);
  assert.equal((await ask(`${app}:stopRecord`, {body: {id: 'none'}})).status, 404);
  for (const action of ['startRecord', 'stopRecord', 'records'])
    assert.equal((await ask(`/v1/vhosts/default/apps/none:${action}`, {body: action === 'startRecord' ? bodies[0] : {id: 'x'}})).status, 404);
});

test('terminating streams as in Web Call Server', async (t) => {
  const all = await startAll(t);
  const {origin, edge, secure} = all;
  let encoder = await live(t, all, 'streamName');
  const terminate = (body, base = origin.management) =>
      curl(t, `${base}/rest-api/stream/terminate`, {body, user: null, more: ['-k']});
  const find = async (filter) => {
    const found = await curl(t, `${origin.management}/rest-api/stream/find`, {body: filter, user: null});
    return found.status === 404 ? [] : found.json;
  };
  const list = (await chunklists(edge.url('streamName')))[0].url;  // the same whoever publishes
  let viewers = 0;
  /** A player of its own kind; gives the session it has. */
  const watch = async () => {
    const headers = {'User-Agent': `viewer ${++viewers}`};
    await getOk(edge.url('streamName'), {headers});
    const session = await until('the viewer to be listed', 20 * patience, async () => {
      await get(list, {headers});
      return (await find({published: false})).find((stream) => stream.userAgent === headers['User-Agent']);
    });
    return {id: session.mediaSessionId, ask: async () => (await get(list, {headers})).status};
  };
  const refused = (viewer) => until('the viewer to be refused', 10 * patience, async () => await viewer.ask() === 403);

  assert.equal((await terminate({mediaSessionId: '41c3f621-a847-4639'})).status, 404);
  assert.equal((await terminate({mediaSessionIds: ['41c3f621-a847-4639', '554916e0-931c-2479']})).status, 404);
  const one = await watch();
  assert.deepEqual(await terminate({mediaSessionId: one.id}, secure).then(({status, text}) => [status, text]), [200, '']);
  await refused(one);
  const two = await watch();
  const three = await watch();
  assert.equal((await terminate({mediaSessionIds: [two.id, three.id]})).status, 200);
  await refused(two);
  await refused(three);
  const four = await watch();
  assert.equal((await terminate({name: 'streamName', published: false})).status, 200);
  await refused(four);
  const five = await watch();
  assert.equal((await terminate({published: false})).status, 200);
  await refused(five);
  assert.equal(encoder.ended, undefined, 'ending viewers leaves the publisher');
  const six = await watch();
  assert.equal((await terminate({name: 'streamName', status: 'PUBLISHING'})).status, 200);
  await until('the publisher to be disconnected', 20 * patience, () => encoder.ended !== undefined);
  await refused(six);
  encoder = await live(t, all, 'streamName');  // both may come back
  await watch();
  const [publisher] = await until('the publisher to be listed', 20 * patience, async () => {
    const list = await find({name: 'streamName', published: true});
    return list.length === 1 ? list : undefined;
  });
  assert.equal(publisher.status, 'PUBLISHING');
  assert.equal((await terminate({mediaSessionId: publisher.mediaSessionId})).status, 200);
  await until('the publisher to be disconnected', 20 * patience, () => encoder.ended !== undefined);
});
