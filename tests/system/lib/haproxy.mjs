// A real haproxy in front of Weir's ports.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';

import {run, start} from './process.mjs';
import {until} from './wait.mjs';
import {freePort, temporaryFolder} from './weir.mjs';

/**
 * Starts haproxy. `routes` maps a name to {to, mode, server, frontend}: the port behind, 'tcp' or 'http', options of the
 * server line ('send-proxy-v2') and lines for the front. Returns the ports in front, by name.
 */
export async function startHaproxy(t, routes) {
  const folder = await temporaryFolder(t);
  const ports = {};
  let config = 'global\n  maxconn 2000\ndefaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n';
  for (const [name, {to, mode = 'tcp', server = '', frontend = ''}] of Object.entries(routes)) {
    ports[name] = await freePort();
    config += `listen ${name}\n  mode ${mode}\n  bind 127.0.0.1:${ports[name]}\n  ${frontend}\n  server weir 127.0.0.1:${to} ${server}\n`;
  }
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, config);
  const checked = await run(t, 'haproxy', ['-c', '-f', file], 10);
  assert.equal(checked.code, 0, checked.output);
  const haproxy = start(t, 'haproxy', ['-db', '-f', file]);
  for (const port of Object.values(ports)) {
    await until('haproxy to listen', 10, async () => {
      if (haproxy.ended !== undefined) throw new Error(haproxy.output);
      return await connects(port);
    });
  }
  return ports;
}

async function connects(port) {
  return await new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}
