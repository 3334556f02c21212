// The programs themselves: arguments, configuration, signals, health.
import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {getOk} from './lib/hls.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {bin, freePort, originXml, root, startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

for (const name of ['origin', 'edge']) {
  const program = join(bin, `weir-${name}`);

  test(`weir-${name}: the shipped configuration is valid`, async (t) => {
    const {code, output} = await run(t, program, ['--config', join(root, `conf/${name}.xml`), '--check']);
    assert.equal(code, 0, output);
    assert.match(output, /ok/);
  });

  test(`weir-${name}: --version, --help and a wrong option`, async (t) => {
    assert.match((await run(t, program, ['--version'])).output, /\d+\.\d+\.\d+/);
    assert.match((await run(t, program, ['--help'])).output, /--config/);
    const wrong = await run(t, program, ['--colour']);
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.output, /--colour/);
  });
}

test('an unknown element is an error with file, line and a suggestion', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'bad.xml');
  const xml = originXml({api: 1, rtmp: 2, relay: 3});
  await writeFile(file, xml.replace('<Name>app</Name>', '<Name>app</Name><Tpye>live</Tpye>'));
  const line = xml.split('\n').findIndex((l) => l.includes('<Name>app</Name>')) + 1;
  const {code, output} = await run(t, join(bin, 'weir-origin'), ['--config', file, '--check']);
  assert.equal(code, 1, output);
  assert.match(output, new RegExp(`bad\\.xml:${line}:.*Tpye`));
  assert.match(output, /Type/);
});

test('a port that is taken is a start-up error that names it', async (t) => {
  const origin = await startOrigin(t);
  const folder = await temporaryFolder(t);
  const file = join(folder, 'twin.xml');
  await writeFile(file, originXml({api: await freePort(), rtmp: origin.ports.api, relay: await freePort()}));
  const {code, output} = await run(t, join(bin, 'weir-origin'), ['--config', file, '--data', folder]);
  assert.equal(code, 1, output);
  assert.match(output, new RegExp(`${origin.ports.api}`));
});

test('SIGTERM drains: not ready at once, then a clean end', async (t) => {
  const origin = await startOrigin(t);
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('drain'));
  await until('the stream', 30, () => getOk(edge.url('drain')));
  assert.equal((await getOk(`${edge.management}/healthz`)).status, 200);
  const {code} = await edge.kill('SIGTERM');
  assert.equal(code, 0, edge.output);
  const ended = await origin.kill('SIGTERM');
  assert.equal(ended.code, 0, origin.output);
});

test('metrics are Prometheus text', async (t) => {
  const origin = await startOrigin(t);
  publish(t, origin.rtmp('counted'));
  await until('a stream', 20, async () => (await origin.metric('weir_streams')) === 1);
  const text = await origin.metrics();
  assert.match(text, /^# TYPE weir_streams gauge$/m);
  for (const line of text.trim().split('\n')) {
    assert.match(line, /^(# (HELP|TYPE) .*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? [-+0-9.eInfNa]+)$/);
  }
});
