// How long each GET of the API takes while 200 streams run: one call after another on one connection, as a console polls.
import {Agent, request} from 'node:http';

import {token, withApi} from '../system/lib/api.mjs';
import {pause, until} from '../system/lib/wait.mjs';
import {load, LOAD_CORE, measuring, pinned, recording, startOrigin, table} from './lib/measure.mjs';

const STREAMS = 200;
const CALLS = 300;

function call(agent, port, path) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    request({agent, port, path, host: '127.0.0.1', auth: token}, (response) => {
      let bytes = 0;
      response.on('data', (piece) => { bytes += piece.length; });
      response.on('end', () => resolve({status: response.statusCode, bytes, ms: performance.now() - began}));
    }).on('error', reject).end();
  });
}

export async function api() {
  await measuring(async (t) => {
    const origin = await startOrigin(t, {
      segment: 1, count: 4, edit: (xml) => withApi(xml).replace('<OVT/>', '<OVT/><Push/><FILE/>'),
    });
    pinned(t, LOAD_CORE, load, ['publish', '--to', `127.0.0.1:${origin.ports.rtmp}`, '--file', recording(), '--copies', String(STREAMS),
                                '--seconds', '600']);
    await until('all streams', 60, async () => (await origin.metric('weir_streams')) === STREAMS);
    await pause(5000);
    const agent = new Agent({keepAlive: true, maxSockets: 1});
    t.after(() => agent.destroy());
    const names = {vhost: 'default', app: 'app', stream: 'copy0'};
    const description = await (await fetch(`http://127.0.0.1:${origin.ports.api}/v1/openapi.json`, {
      headers: {Authorization: `Basic ${Buffer.from(token).toString('base64')}`},
    })).json();
    const rows = [];
    for (const [pattern, methods] of Object.entries(description.paths)) {
      if (methods.get === undefined) continue;
      const path = pattern.replace(/\{(\w+)\}/g, (_, name) => names[name] ?? 'x');
      const answers = [];
      for (let i = 0; i < CALLS; ++i) answers.push(await call(agent, origin.ports.api, path));
      const times = answers.map(({ms}) => ms).sort((a, b) => a - b);
      rows.push({
        GET: pattern,
        status: answers[0].status,
        bytes: answers[0].bytes,
        median: `${times[Math.floor(CALLS / 2)].toFixed(2)} ms`,
        p99: `${times[Math.floor(CALLS * 0.99)].toFixed(2)} ms`,
      });
    }
    table(rows);
  });
}
