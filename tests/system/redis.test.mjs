// Origins that keep their state in a Redis: tasks that go over from one to the other, and a Redis that goes away.
import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';

import {call, withApi} from './lib/api.mjs';
import {decode, publish} from './lib/ffmpeg.mjs';
import {run, start} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {freePort, patience, startOrigin, temporaryFolder} from './lib/weir.mjs';

/** A Redis that keeps what it acknowledges. `again`: the same one, started once more. */
async function startRedis(t, again = undefined) {
  const {port, folder} = again ?? {port: await freePort(), folder: await temporaryFolder(t)};
  const redis = start(t, 'redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '',
                                          '--appendonly', 'yes', '--appendfsync', 'always']);
  await until('redis', 10 * patience, async () => {
    const {code, output} = await run(t, 'redis-cli', ['-p', String(port), 'ping'], 5);
    return code === 0 && output.startsWith('PONG');
  });
  return Object.assign(redis, {port, folder});
}

const startSharing = (t, redis, again = undefined) => startOrigin(t, {
  edit: (xml) => withApi(xml).replace('<OVT/>', '<OVT/><FILE/><Push/>').replace(
      '<Weir>', `<Weir><State><Redis><Host>127.0.0.1</Host><Port>${redis.port}</Port></Redis></State>`),
}, again);

async function recordOf(origin, id) {
  const {status, body} = await call(origin, ':records', {id});
  assert.equal(status, 200, JSON.stringify(body));
  return body.response[0];
}

/** Names of the recordings an origin has: those being written begin with "tmp_". */
const filesOf = async (origin) => (await readdir(join(origin.folder, 'data/records')).catch(() => []))
    .filter((name) => !name.endsWith('.xml')).sort();

const recorded = (origin, id, ms) => until(`${ms} ms to be recorded`, 60 * patience, async () => {
  const record = await recordOf(origin, id);
  if (!(record?.state === 'recording' && record.recordTime >= ms)) throw new Error(JSON.stringify(record));
  return record;
});

test('of two origins one makes a recording, and the other when that one dies', async (t) => {
  const redis = await startRedis(t);
  let a = await startSharing(t, redis);
  const b = await startSharing(t, redis);
  const body = {id: 'shared', stream: {name: 'cam'}, filePath: '${Sequence}.mp4'};
  assert.equal((await call(a, ':startRecord', body)).status, 200);
  assert.equal((await call(b, ':startRecord', body)).status, 409, 'ids are theirs together');
  publish(t, a.rtmp('cam'));
  await recorded(a, 'shared', 1000);
  publish(t, b.rtmp('cam'));  // an encoder that sends to both
  await until('the stream at the other', 20 * patience, async () => (await call(b, '/streams')).body.response.includes('cam'));
  const before = await recorded(a, 'shared', 6000);
  assert.deepEqual(await filesOf(b), [], 'both record');
  assert.equal((await recordOf(b, 'shared')).state, 'recording', 'the other does not know of it');

  await a.kill('SIGKILL');
  await until('the other to record', 60 * patience, async () => {
    const files = await filesOf(b);
    if (!files.some((name) => name.startsWith('tmp_'))) throw new Error(`${files}; ${b.output.slice(-2000)}`);
    return true;
  });
  a = await startSharing(t, redis, a);
  publish(t, a.rtmp('cam'));
  const [rescued] = await until('the unfinished file to be finished', 30 * patience, async () => {
    const files = await filesOf(a);
    return files.length === 1 && !files[0].startsWith('tmp_') ? files : undefined;
  });
  await until('the stream to be back', 20 * patience, async () => (await call(a, '/streams')).body.response.includes('cam'));
  const {recordTime} = await recordOf(b, 'shared');
  await recorded(b, 'shared', recordTime + 4000);
  assert.deepEqual(await filesOf(a), [rescued], 'both record');

  assert.equal((await call(a, ':stopRecord', {id: 'shared'})).status, 200, 'whoever is asked');
  const [taken] = await until('the file of the other', 30 * patience, async () => {
    const files = await filesOf(b);
    return files.length === 1 && !files[0].startsWith('tmp_') ? files : undefined;
  });
  for (const file of [join(a.folder, 'data/records', rescued), join(b.folder, 'data/records', taken)]) await decode(t, file, 60);
  const {output} = await run(t, 'ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0',
                                            join(a.folder, 'data/records', rescued)]);
  assert.ok(Number(output) >= before.recordTime / 1000 - 2, `${output} s are left of ${before.recordTime} ms`);
});

test('a Redis that goes away stops nothing that runs', async (t) => {
  let redis = await startRedis(t);
  const origin = await startSharing(t, redis);
  assert.equal((await call(origin, ':startRecord', {id: 'kept', stream: {name: 'cam'}, filePath: '${Id}-${Sequence}.mp4'})).status, 200);
  const url = `udp://127.0.0.1:${await freePort()}`;
  assert.equal((await call(origin, ':startPush', {id: 'kept', stream: {name: 'cam'}, protocol: 'mpegts', url})).status, 200);
  const encoder = publish(t, origin.rtmp('cam'));
  const {recordTime} = await recorded(origin, 'kept', 1000);
  await redis.kill('SIGKILL');
  const refused = await call(origin, ':startRecord', {id: 'new', stream: {name: 'cam'}});
  assert.equal(refused.status, 503, JSON.stringify(refused.body));
  assert.equal((await call(origin, ':stopRecord', {id: 'kept'})).status, 503);
  // Longer than a lease lives.
  await recorded(origin, 'kept', recordTime + 14_000);
  redis = await startRedis(t, redis);
  await until('new recordings to be taken', 60 * patience, async () => (await call(
      origin, ':startRecord', {id: 'new', stream: {name: 'cam'}, filePath: '${Id}-${Sequence}.mp4'})).status === 200);
  await recorded(origin, 'new', 1000);
  const [push] = (await call(origin, ':pushes', {})).body.response;
  assert.deepEqual([push.state, push.sequence], ['pushing', 0]);
  assert.equal(encoder.ended, undefined);
  for (const id of ['kept', 'new']) assert.equal((await call(origin, ':stopRecord', {id})).status, 200);
  const files = await until('both files', 30 * patience, async () => {
    const names = await filesOf(origin);
    if (names.length !== 2 || names.some((name) => name.startsWith('tmp_'))) throw new Error(`${names}; ${origin.output.slice(-2000)}`);
    return names;
  });
  assert.deepEqual(files, ['kept-0.mp4', 'new-0.mp4']);
  for (const file of files) await decode(t, join(origin.folder, 'data/records', file), 60);
});
