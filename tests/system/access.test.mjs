// Who may publish and who may watch: signed policies, path tokens, control servers.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {request} from 'node:http';
import test from 'node:test';

import {startControlServer} from './lib/control_server.mjs';
import {decode, publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, parseMedia} from './lib/hls.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin} from './lib/weir.mjs';

const hmac = (hash, key, text) => createHmac(hash, key).update(text).digest('base64url');

/** The URL with a policy, signed as OvenMediaEngine's script does it. */
function sign(url, policy, {secret = 'policy secret', hash = 'sha1'} = {}) {
  const encoded = Buffer.from(JSON.stringify(policy)).toString('base64url');
  const signed = `${url}${url.includes('?') ? '&' : '?'}policy=${encoded}`;
  return `${signed}&signature=${hmac(hash, secret, signed)}`;
}

/** A path token as docs/access.md tells operators to make it. */
function mint(path, {secret, id, vhost = 'default', expiry = Math.floor(Date.now() / 1000) + 60, address = ''}) {
  const mac = hmac('sha256', secret, `v1\n${id}\n${vhost}\n${path}\n${expiry}\n${address}`);
  return `t~${expiry}~${address ? 'a' : 'n'}~${id}~${mac}`;
}

const inAMinute = () => Date.now() + 60_000;

const policyXml = (enables, hash = '') => `<SignedPolicy>
  <PolicyQueryKeyName>policy</PolicyQueryKeyName>
  <SignatureQueryKeyName>signature</SignatureQueryKeyName>
  <SecretKey>policy secret</SecretKey>
  ${hash}
  <Enables>${enables}</Enables>
</SignedPolicy>`;

const admissionXml = (url, enables) => `<AdmissionWebhooks>
  <ControlServerUrl>${url}</ControlServerUrl>
  <SecretKey>hook secret</SecretKey>
  <Timeout>1000</Timeout>
  <Enables>${enables}</Enables>
</AdmissionWebhooks>`;

const rtmp = '<Providers>rtmp</Providers>';
const llhls = '<Publishers>llhls</Publishers>';
const keys = `<PathToken>
  <Key><Id>new</Id><Secret>new secret</Secret></Key>
  <Key><Id>old</Id><Secret>old secret</Secret></Key>
</PathToken>`;

/** Puts `rules` into the first virtual host, and `weir` below <Weir>. */
const having = (rules, weir = '') => ({
  edit: (xml) => xml.replace('</Host>', `</Host>${rules}`).replace('<Weir>', `<Weir>${weir}`),
});

/** The answer without following a redirect. */
const getPlain = (url, options = {}) => get(url, {redirect: 'manual', ...options});

/** GET with any Host field, which fetch() does not let one set. */
function getAs(host, url) {
  return new Promise((done, fail) => {
    const asked = request(url, {headers: {Host: host}}, async (response) => {
      const pieces = [];
      for await (const piece of response) pieces.push(piece);
      done({status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces)});
    });
    asked.on('error', fail).end();
  });
}

const published = (origin, path) =>
    until(`${path} to be published`, 20, () => new RegExp(`${path}.*published by`).test(origin.output));

/** Publishes until it is refused. */
async function expectRefusal(t, origin, url, reason) {
  const encoder = publish(t, url, {seconds: 20});
  await until(`the refusal: ${reason}`, 20, () => origin.output.includes(reason));
  await encoder.exit;
  assert.notEqual(encoder.ended.code, 0);
}

test('publishers show a signed policy', async (t) => {
  const origin = await startOrigin(t, having(policyXml(rtmp)));
  const good = publish(t, sign(origin.rtmp('good'), {url_expire: inAMinute(), allow_ip: '127.0.0.0/8'}));
  await published(origin, 'default/app/good');

  await expectRefusal(t, origin, origin.rtmp('none'), 'the URL has no signature');
  await expectRefusal(t, origin, sign(origin.rtmp('late'), {url_expire: Date.now() - 1000}), 'the signed URL has expired');
  await expectRefusal(t, origin, sign(origin.rtmp('early'), {url_expire: inAMinute(), url_activate: inAMinute()}),
                      'the signed URL is not active yet');
  await expectRefusal(t, origin, sign(origin.rtmp('forged'), {url_expire: inAMinute()}, {secret: 'x'}),
                      'the signature is wrong');
  await expectRefusal(t, origin, sign(origin.rtmp('far'), {url_expire: inAMinute(), allow_ip: '192.0.2.0/24'}),
                      "the client is not within the policy's allow_ip");
  assert.equal(good.ended, undefined, good.output);
  assert.ok(!origin.output.includes('signature='), 'no secret in the log');
});

test('viewers go through a signed policy to a path token, and all get the same bytes', async (t) => {
  const origin = await startOrigin(t);
  publish(t, origin.rtmp('live'));
  await published(origin, 'default/app/live');
  const edge = await startEdge(t, origin, having(policyXml(llhls), keys));
  const url = edge.url('live');

  // The signed URL leads to a token, and a player plays from there.
  const signed = sign(`${url}?a=1`, {url_expire: inAMinute()});
  const redirect = await getPlain(signed, {headers: {Origin: 'https://player.example.com'}});
  assert.equal(redirect.status, 302);
  assert.equal(redirect.headers.get('cache-control'), 'no-store');
  assert.equal(redirect.headers.get('access-control-allow-origin'), '*');
  const location = redirect.headers.get('location');
  assert.match(location, /^\/t~\d+~n~new~[\w-]{43}\/app\/live\/llhls\.m3u8\?a=1$/);
  const played = await decode(t, signed, 3);
  assert.ok(played.frames > 60, `${played.frames} frames`);

  // Every token, the operator's own too, gives the same bytes.
  const byEdge = location.split('/')[1];
  const byOperator = mint('app/live', {secret: 'new secret', id: 'new'});
  const byOldKey = mint('app/live', {secret: 'old secret', id: 'old'});
  const byAddress = mint('app/live', {secret: 'new secret', id: 'new', address: '127.0.0.1'});
  const tokens = [byEdge, byOperator, byOldKey, byAddress];
  const through = (token, file) => `${edge.base}/${token}/app/live/${file}`;
  const [list] = await chunklists(through(byEdge, 'llhls.m3u8'));
  const playlist = parseMedia((await getOk(list.url)).text);
  const name = (uri) => uri.split('/').at(-1);
  const fixed = `${name(list.url)}?_HLS_msn=${playlist.mediaSequence}&_HLS_part=0`;
  for (const file of ['llhls.m3u8', name(playlist.map), name(playlist.segments[0].uri)]) {
    const bodies = await Promise.all(tokens.map(async (token) => (await getOk(through(token, file))).body.toString('base64')));
    assert.ok(bodies.every((body) => body === bodies[0]), file);
  }
  const lists = await Promise.all(tokens.map(async (token) => await getOk(through(token, fixed))));
  assert.ok(lists.every((answer) => answer.text === lists[0].text && !answer.text.includes('t~')));

  // Everybody else is refused, in a way that no cache keeps.
  const segment = name(playlist.segments[0].uri);
  const second = Math.floor(Date.now() / 1000);
  const refused = {
    [edge.url('live', segment)]: 403,
    [edge.url('live', name(list.url))]: 403,
    [through(mint('app/live', {secret: 'new secret', id: 'new', expiry: second - 1}), segment)]: 403,
    [through(mint('app/live', {secret: 'x', id: 'new'}), segment)]: 403,
    [through(mint('app/live', {secret: 'new secret', id: 'other'}), segment)]: 403,
    [through(mint('app/other', {secret: 'new secret', id: 'new'}), segment)]: 403,
    [through(mint('app/live', {secret: 'new secret', id: 'new', vhost: 'other'}), segment)]: 403,
    [through(mint('app/live', {secret: 'new secret', id: 'new', address: '192.0.2.1'}), segment)]: 403,
    [through('t~', 'llhls.m3u8')]: 403,
    [url]: 401,
    [sign(url, {url_expire: Date.now() - 1})]: 401,
    [sign(url, {url_expire: inAMinute(), url_activate: inAMinute()})]: 401,
    [sign(url, {url_expire: inAMinute(), real_ip: '192.0.2.0/24'})]: 401,
    [sign(url, {url_expire: inAMinute()}, {secret: 'x'})]: 401,
    [`${sign(url, {url_expire: inAMinute()})}&b=2`]: 401,
  };
  for (const [address, status] of Object.entries(refused)) {
    const answer = await getPlain(address, {headers: {Origin: 'https://player.example.com'}});
    assert.equal(answer.status, status, address);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.equal(answer.text.trim(), 'access denied');
  }
  assert.equal((await getPlain(edge.url('live', segment), {method: 'OPTIONS'})).status, 204, 'a preflight bears no token');
  assert.ok(!edge.output.includes('signature='), 'no secret in the log');

  // Where the policy names an address the token does, too; a proxy may have ended TLS.
  const bound = await getPlain(sign(url, {url_expire: inAMinute(), allow_ip: '127.0.0.0/8'}));
  assert.match(bound.headers.get('location'), /^\/t~\d+~a~new~/);
  const outside = sign('https://cdn.example.com:443/app/live/llhls.m3u8', {url_expire: inAMinute()});
  assert.equal((await getAs('cdn.example.com', edge.base + new URL(outside).pathname + new URL(outside).search)).status, 302);
});
