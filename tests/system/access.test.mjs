// Who may publish and who may watch: signed policies, path tokens, control servers.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {request} from 'node:http';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import test from 'node:test';

import {requestsOf, startCache} from './lib/cdn.mjs';
import {startControlServer} from './lib/control_server.mjs';
import {decode, publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, parseMedia} from './lib/hls.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {root, startEdge, startOrigin} from './lib/weir.mjs';

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
  assert.equal(await origin.metric('weir_access_refused_total'), 5);
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
  assert.equal(await edge.metric('weir_access_refused_total'), Object.keys(refused).length);

  // Where the policy names an address the token does, too; a proxy may have ended TLS.
  const bound = await getPlain(sign(url, {url_expire: inAMinute(), allow_ip: '127.0.0.0/8'}));
  assert.match(bound.headers.get('location'), /^\/t~\d+~a~new~/);
  const outside = sign('https://cdn.example.com:443/app/live/llhls.m3u8', {url_expire: inAMinute()});
  assert.equal((await getAs('cdn.example.com', edge.base + new URL(outside).pathname + new URL(outside).search)).status, 302);
});

/** The document with its virtual host repeated: `hosts` are [name, pattern, rules], the first match counts. */
const hosting = (hosts, weir = '') => ({
  edit: (xml) => {
    const [one] = /<VirtualHost>[\s\S]*<\/VirtualHost>/.exec(xml);
    const all = hosts.map(([name, pattern, rules]) => one.replace('<Name>default</Name>', `<Name>${name}</Name>`)
        .replace('<Name>*</Name>', `<Name>${pattern}</Name>`)
        .replace('</Host>', `</Host>${rules}`));
    return xml.replace(one, all.join('')).replace('<Weir>', `<Weir>${weir}`);
  },
});

test('publishers ask a control server', async (t) => {
  const hook = await startControlServer(t, {secret: 'hook secret', answer: () => ({allowed: true})});
  const origin = await startOrigin(t, having(admissionXml(hook.url, rtmp)));

  // Let in, and the end is told.
  const encoder = publish(t, origin.rtmp('good?a=1'));
  await published(origin, 'default/app/good');
  const [opening] = hook.of('opening');
  assert.equal(opening.request.direction, 'incoming');
  assert.equal(opening.request.protocol, 'rtmp');
  assert.equal(opening.request.url, `${origin.rtmp('good')}?a=1`);
  assert.equal(opening.client.address, '127.0.0.1');
  assert.ok(opening.client.port > 0);
  assert.deepEqual(hook.of('closing'), []);
  await encoder.kill('SIGINT');
  const [closing] = await until('the closing', 10, () => hook.of('closing').length > 0 && hook.of('closing'));
  assert.equal(closing.request.url, opening.request.url);
  assert.equal(closing.client.port, opening.client.port);

  // Sent elsewhere, until its time is over.
  hook.answer = ({request: {url}}) => ({allowed: true, new_url: url.replace(/app\/.*/, 'app/renamed'), lifetime: 2000});
  const timed = publish(t, origin.rtmp('secret-key'));
  await published(origin, 'default/app/renamed');
  await until('its end', 20, () => origin.output.includes('the time it was let in for is over'));
  await timed.exit;
  const end = await until('the closing', 10, () => hook.of('closing')[1]);
  assert.match(end.request.url, /\/app\/secret-key$/);
  assert.match(end.request.new_url, /\/app\/renamed$/);

  // Refused in every other case.
  hook.answer = () => ({allowed: false, reason: 'not today'});
  await expectRefusal(t, origin, origin.rtmp('denied'), 'the control server denied it: not today');
  hook.answer = () => ({status: 403, body: {allowed: true}});
  await expectRefusal(t, origin, origin.rtmp('odd'), 'the control server answered 403');
  hook.answer = ({request: {url}}) => ({allowed: true, new_url: url.replace('rtmp:', 'http:')});
  await expectRefusal(t, origin, origin.rtmp('led-astray'), 'new_url has another scheme');
  hook.answer = () => undefined;
  await expectRefusal(t, origin, origin.rtmp('slow'), 'took too long to answer');
  await hook.stop();
  await expectRefusal(t, origin, origin.rtmp('down'), 'cannot connect');
  assert.equal(hook.forged, 0);
  assert.equal(hook.of('closing').length, 2, 'those who were refused have none');
});

test('a control server is told of those whom a stop ends', async (t) => {
  const hook = await startControlServer(t, {secret: 'hook secret', answer: () => ({allowed: true})});
  const origin = await startOrigin(t, having(admissionXml(hook.url, rtmp)));
  for (const stream of ['one', 'two', 'three']) publish(t, origin.rtmp(stream));
  for (const stream of ['one', 'two', 'three']) await published(origin, `default/app/${stream}`);
  assert.equal((await origin.kill('SIGTERM')).code, 0);
  assert.equal(hook.of('closing').length, 3);
});

test('viewers ask a control server, each virtual host its own', async (t) => {
  const hook = await startControlServer(t, {secret: 'hook secret', hash: 'sha1', answer: () => ({allowed: true})});
  const names = [['guarded', 'guarded.example.com', ''], ['signed', 'signed.example.com', ''], ['open', '*', '']];
  const origin = await startOrigin(t, hosting(names));
  const rules = {guarded: admissionXml(hook.url, llhls), signed: policyXml(llhls, '<HashAlgorithm>SHA-256</HashAlgorithm>'), open: ''};
  const edge = await startEdge(t, origin, hosting(names.map(([name, pattern]) => [name, pattern, rules[name]]), keys));
  const at = (host, path) => getAs(host, edge.base + path);
  // ffmpeg tells the origin the host by the connect command, so it says which virtual host it means.
  for (const host of ['guarded.example.com', 'signed.example.com', '127.0.0.1']) {
    publish(t, origin.rtmp('live'), {extra: ['-rtmp_tcurl', `rtmp://${host}:${origin.ports.rtmp}/app`]});
  }
  for (const name of ['guarded', 'signed', 'open']) await published(origin, `${name}/app/live`);

  // A host without rules is open to all, a token before the path or not.
  const open = await until('the open stream', 20, async () => {
    const answer = await at('open.example.com', '/app/live/llhls.m3u8');
    return answer.status === 200 && answer;
  });
  const token = mint('app/live', {secret: 'new secret', id: 'new', vhost: 'guarded'});
  assert.equal((await at('open.example.com', `/${token}/app/live/llhls.m3u8`)).body.toString(), open.body.toString());

  // Viewers of another are asked for, once for the same question, and get a token.
  hook.answer = () => ({allowed: true, lifetime: 20_000});
  const path = '/app/live/llhls.m3u8?a=1';
  const redirects = await Promise.all(Array.from({length: 3}, () => at('guarded.example.com', path)));
  assert.deepEqual(redirects.map((answer) => answer.status), [302, 302, 302]);
  const opening = hook.of('opening')[0];
  assert.equal(opening.request.direction, 'outgoing');
  assert.equal(opening.request.protocol, 'llhls');
  assert.equal(opening.request.url, `http://guarded.example.com:${edge.ports.http}${path}`);
  assert.equal(opening.client.real_ip, '127.0.0.1');
  const {location} = redirects[0].headers;
  const expiry = Number(location.split('~')[1]) - Date.now() / 1000;
  assert.ok(expiry > 0 && expiry <= 21, `${expiry} s`);
  const playing = await until('the guarded stream', 20, async () => {
    const answer = await at('guarded.example.com', location);
    return answer.status === 200 && answer;
  });
  assert.match(playing.body.toString(), /EXT-X-STREAM-INF/);
  assert.equal((await at('signed.example.com', location)).status, 403, 'a token is for one virtual host');

  // Sent on to another host, which has rules of its own and gets a token of its own.
  hook.answer = () => ({allowed: true, new_url: `http://signed.example.com/app/live/llhls.m3u8`});
  const onward = (await at('guarded.example.com', '/app/live/llhls.m3u8')).headers.location;
  assert.match(onward, /^\/\/signed\.example\.com:\d+\/t~\d+~n~new~[\w-]+\/app\/live\/llhls\.m3u8$/);
  assert.equal((await at('signed.example.com', new URL(onward, edge.base).pathname)).status, 200);

  // Refused in every other case.
  const refusals = {
    denied: () => ({allowed: false, reason: 'not today'}),
    elsewhere: () => ({allowed: true, new_url: `http://signed.example.com/app/live/other.m3u8`}),
    slow: () => undefined,
  };
  for (const [what, answer] of Object.entries(refusals)) {
    hook.answer = answer;
    const refused = await at('guarded.example.com', `/app/live/llhls.m3u8?${what}`);
    assert.equal(refused.status, 401, what);
    assert.equal(refused.headers['cache-control'], 'no-store');
  }
  await hook.stop();
  assert.equal((await at('guarded.example.com', '/app/live/llhls.m3u8')).status, 401, 'down');
  assert.equal(hook.forged, 0);
});

/** A block of docs/access.md, as an operator copies it. */
async function documented(name) {
  const text = await readFile(join(root, 'docs/access.md'), 'utf8');
  return new RegExp(`<!-- tested: ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(text)[1];
}

test('what docs/access.md tells operators to do works', async (t) => {
  const origin = await startOrigin(t);
  publish(t, origin.rtmp('stream'));
  await published(origin, 'default/app/stream');
  const edge = await startEdge(t, origin, having(policyXml(llhls), keys));
  const env = {...process.env, POLICY_SECRET: 'policy secret', TOKEN_SECRET: 'new secret'};
  const shell = async (script) => {
    const done = await run(t, 'bash', ['-euc', script], 20, {env});
    assert.equal(done.code, 0, done.output);
    return done.output.trim();
  };

  const signed = await shell((await documented('sign')).replace(/^url=.*$/m, `url='${edge.url('stream')}'`));
  assert.equal((await getPlain(signed)).status, 302);

  const mintBlock = (await documented('mint')).replace('id=2026a', 'id=new');
  const anyone = await shell(mintBlock);
  const local = await shell(mintBlock.replace(/kind=n address= .*/, 'kind=a address=127.0.0.1'));
  const other = await shell(mintBlock.replace(/kind=n address= .*/, 'kind=a address=192.0.2.7'));
  assert.equal((await get(edge.base + anyone)).status, 200);
  assert.equal((await get(edge.base + local)).status, 200);
  assert.equal((await get(edge.base + other)).status, 403);

  const check = await documented('check');
  const isGood = new Function('require', `${check}; return isGood;`)(createRequire(import.meta.url));
  const terms = {vhost: 'default', secrets: {new: 'new secret'}, address: '127.0.0.1', now: Date.now() / 1000};
  assert.ok(isGood(anyone, terms));
  assert.ok(isGood(local, terms));
  assert.ok(isGood(new URL((await getPlain(signed)).headers.get('location'), edge.base).pathname, terms), "the edge's own");
  assert.ok(!isGood(other, terms));
  assert.ok(!isGood(anyone, {...terms, now: terms.now + 10_000}));
  assert.ok(!isGood(anyone.replace('/app/stream/', '/app/other/'), terms));
});

for (const kind of ['varnish', 'nginx']) {
  test(`viewers with different tokens share one copy in ${kind}`, async (t) => {
    const origin = await startOrigin(t);
    publish(t, origin.rtmp('live'));
    await published(origin, 'default/app/live');
    const edge = await startEdge(t, origin, having(policyXml(llhls), keys));
    const cache = await startCache(t, kind, [edge.ports.http]);
    const through = (second, file) =>
        `${cache.base}/${mint('app/live', {secret: 'new secret', id: 'new', expiry: Math.floor(Date.now() / 1000) + second})}/app/live/${file}`;
    await until('the stream', 20, async () => (await get(through(60, 'llhls.m3u8'))).status === 200);
    const [list] = await chunklists(through(61, 'llhls.m3u8'));
    const playlist = await until('a segment', 20, async () => {
      const read = parseMedia((await getOk(list.url)).text);
      return read.segments.length > 0 && read;
    });
    const segment = playlist.segments[0].uri.split('/').at(-1);
    const before = (await requestsOf([edge])).segment ?? 0;
    const bodies = [];
    for (let second = 60; second < 70; ++second) bodies.push((await getOk(through(second, segment))).body.toString('base64'));
    assert.ok(bodies.every((body) => body === bodies[0]));
    assert.equal((await requestsOf([edge])).segment - before, 1, 'the edge was asked once');

    // Those without a token do not get the copy, and a signed URL leads to one.
    assert.equal((await get(`${cache.base}/app/live/${segment}`)).status, 403);
    assert.equal((await get(`${cache.base}/app/live/llhls.m3u8`)).status, 401);
    const signed = sign(`${cache.base}/app/live/llhls.m3u8`, {url_expire: inAMinute()});
    assert.equal((await getPlain(signed)).status, 302);
    assert.equal((await getPlain(`${signed}x`)).status, 401, 'no redirect is kept');
    assert.equal((await get(signed)).status, 200);
  });
}
