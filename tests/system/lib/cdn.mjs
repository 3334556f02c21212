// Real caches in front of edges, with the recipes of conf/cdn.
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

import {start} from './process.mjs';
import {until} from './wait.mjs';
import {bin, freePort, root, temporaryFolder} from './weir.mjs';

/** The recipe as it is, but for what depends on this machine: each of `places` must be in it. */
async function recipe(name, places) {
  let text = await readFile(join(root, 'conf/cdn', name), 'utf8');
  for (const [place, value] of places) {
    if (!text.includes(place)) throw new Error(`${name}: there is no '${place}'`);
    text = text.replaceAll(place, value);
  }
  return text;
}

async function ready(cache, name) {
  await until(`${name} to answer`, 20, async () => {
    if (cache.ended !== undefined) throw new Error(`it ended: ${cache.output}`);
    return (await fetch(`${cache.base}/`)).ok;
  });
  return cache;
}

async function startVarnish(t, ports, options) {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const vcl = join(folder, 'varnish.vcl');
  await writeFile(vcl, await recipe('varnish.vcl', [['"3333"', `"${ports[0]}"`], ['"3334"', `"${ports.at(-1)}"`]]));
  const cache = start(t, ...options.wrap('varnishd', [
    '-F', '-n', join(folder, 'run'), '-T', '127.0.0.1:0', '-a', `127.0.0.1:${port}`, '-f', vcl, '-s', 'default,256m', '-p', 'timeout_idle=65',
    '-p', 'thread_pool_max=400', '-j', 'none',
  ]));
  return await ready(Object.assign(cache, {base: `http://127.0.0.1:${port}`, address: `127.0.0.1:${port}`}), 'varnish');
}

async function startNginx(t, ports, options) {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  await mkdir(join(folder, 'temp'));
  const config = join(folder, 'nginx.conf');
  const second = ports.length > 1 ? `server 127.0.0.1:${ports[1]};` : '';
  await writeFile(config, await recipe('nginx.conf', [
    ['server 127.0.0.1:3333;', `server 127.0.0.1:${ports[0]};`], ['server 127.0.0.1:3334;', second],
    ['127.0.0.1:8080', `127.0.0.1:${port}`],
  ]));
  const cache = start(t, ...options.wrap('nginx', [
    '-p', folder, '-c', config, '-e', join(folder, 'error.log'), '-g', 'daemon off; master_process off;',
  ]));
  return await ready(Object.assign(cache, {base: `http://127.0.0.1:${port}`, address: `127.0.0.1:${port}`}), 'nginx');
}

const kinds = {varnish: startVarnish, nginx: startNginx};

/** Starts 'varnish' or 'nginx' in front of the edges on these ports of 127.0.0.1, in turns. */
export async function startCache(t, kind, ports, options = {}) {
  return await kinds[kind](t, ports, {wrap: (command, args) => [command, args], ...options});
}

/** What edges were asked for, by kind of file. */
export async function requestsOf(edges) {
  const sum = {};
  for (const edge of edges) {
    for (const [, kind, count] of (await edge.metrics()).matchAll(/^weir_hls_requests_total\{kind="(\w+)"\} (\S+)$/gm)) {
      sum[kind] = (sum[kind] ?? 0) + Number(count);
    }
  }
  return sum;
}

/** Plays with simulated low-latency players; gives what they saw. */
export async function playMany(t, {to, stream, players, seconds, ramp = 2, hints = true, wrap = (command, args) => [command, args],
                                   measuring = () => {}}) {
  const audience = start(t, ...wrap(join(bin, 'weir-load'), [
    'hls', '--to', to, '--stream', stream, '--players', String(players), '--seconds', String(seconds), '--ramp', String(ramp),
    ...(hints ? ['--hints'] : []),
  ]));
  await until('players to be going', ramp + 30, () => {
    if (audience.ended !== undefined && !audience.output.includes('measuring')) throw new Error(audience.output);
    return audience.output.includes('measuring');
  });
  await measuring();
  await until('players to end', seconds + 30, () => audience.ended !== undefined);
  const result = /result (\{.*\})/.exec(audience.output);
  if (result === null) throw new Error(`players: ${audience.output}`);
  return JSON.parse(result[1]);
}
