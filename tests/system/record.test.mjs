// Streams recorded into files.
import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';

import {call, withApi} from './lib/api.mjs';
import {decode, probe, publish} from './lib/ffmpeg.mjs';
import {pause, until} from './lib/wait.mjs';
import {patience, startOrigin} from './lib/weir.mjs';

const withRecord = (xml) => withApi(xml).replace('<OVT/>', '<OVT/><FILE/>');

const startRecorder = (t, settings = {}, again = undefined) => startOrigin(t, {edit: withRecord, ...settings}, again);

async function startRecord(origin, body) {
  const answer = await call(origin, ':startRecord', body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.response;
}

async function recordOf(origin, id) {
  const answer = await call(origin, ':records', {id});
  assert.equal(answer.status, 200);
  return answer.body.response[0];
}

async function untilState(origin, id, state, seconds = 20) {
  return await until(`recording ${id} to be ${state}`, seconds * patience, async () => {
    const record = await recordOf(origin, id);
    if (record?.state !== state) throw new Error(JSON.stringify(record));
    return record;
  });
}

const rootOf = (origin) => join(origin.folder, 'data/records');

/** Finished files below the root, in the order of their names. */
async function filesOf(origin, ending) {
  const entries = await readdir(rootOf(origin), {recursive: true}).catch(() => []);
  return entries.filter((name) => name.endsWith(ending) && !name.includes('tmp_')).sort()
      .map((name) => join(rootOf(origin), name));
}

async function untilFiles(origin, ending, count, seconds = 30) {
  return await until(`${count} ${ending} files`, seconds * patience, async () => {
    const files = await filesOf(origin, ending);
    if (files.length < count) throw new Error(JSON.stringify(files));
    return files;
  });
}

/** The packets of a file's kind ("v", "a"), in seconds. */
async function packetsOf(t, file, kind) {
  const {packets} = await probe(t, file, ['-select_streams', kind, '-show_entries', 'packet=pts_time,duration_time,flags']);
  return packets.map(({pts_time, duration_time, flags}) =>
      ({pts: Number(pts_time), end: Number(pts_time) + Number(duration_time), key: flags.startsWith('K')}));
}

/** Where a kind's frames begin and end in a file; they must follow each other. */
async function spanOf(t, file, kind) {
  const packets = (await packetsOf(t, file, kind)).sort((a, b) => a.pts - b.pts);
  for (let i = 1; i < packets.length; ++i) {
    assert.ok(Math.abs(packets[i].pts - packets[i - 1].end) < 0.02,
              `${file} ${kind}: ${packets[i - 1].end} is followed by ${packets[i].pts}`);
  }
  return {begin: packets[0].pts, end: packets.at(-1).end, key: packets[0].key};
}

test('the documented calls give the documented answers', async (t) => {
  const origin = await startRecorder(t);
  const single = await startRecord(origin, {id: '1', stream: {name: 'stream', variantNames: []}});
  assert.match(single.createdTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  delete single.createdTime;
  assert.deepEqual(single, {
    id: '1', state: 'ready', vhost: 'default', app: 'app', isConfig: false,
    stream: {name: 'stream', trackIds: [], variantNames: []}, segmentationRule: 'discontinuity',
  });
  const interval = await startRecord(
      origin, {id: '2', stream: {name: 'stream'}, interval: 60000, segmentationRule: 'discontinuity'});
  assert.equal(interval.interval, 60000);
  const schedule = await startRecord(
      origin, {id: '3', stream: {name: 'stream'}, schedule: '0 */1 *', segmentationRule: 'continuity'});
  assert.equal(schedule.schedule, '0 */1 *');
  assert.equal(schedule.segmentationRule, 'continuity');
  const paths = await startRecord(origin, {
    id: '4', stream: {name: 'stream'}, filePath: '/path/to/file_name.mp4', infoPath: '/path/to/file_name.xml', metadata: 'a=b',
  });
  assert.equal(paths.filePath, '/path/to/file_name.mp4');
  assert.equal(paths.infoPath, '/path/to/file_name.xml');
  assert.equal(paths.metadata, 'a=b');

  const refuse = async (action, body, status, text, path = undefined) => {
    const answer = await call(origin, action, body, path);
    assert.equal(answer.status, status, `${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    if (text) assert.equal(answer.body.message, `[HTTP] ${text} (${status})`);
  };
  const stream = {name: 'stream'};
  await refuse(':startRecord', {id: '1', stream}, 409, 'Duplicate ID already exists');
  await refuse(':startRecord', {}, 400, 'There is no required parameter [ id stream.name]');
  await refuse(':startRecord', {id: 'x'}, 400, 'There is no required parameter [ stream.name]');
  await refuse(':startRecord', {stream}, 400, 'There is no required parameter [ id]');
  await refuse(':startRecord', {id: 'x', stream, interval: 1, schedule: '* * *'}, 400,
               '[Interval] and [Schedule] cannot be used at the same time');
  await refuse(':startRecord', {id: 'x', stream, schedule: '61 * *'}, 400, 'Invalid [schedule] parameter');
  await refuse(':startRecord', {id: 'x', stream, interval: 'long'}, 400, 'Invalid [interval] parameter');
  await refuse(':startRecord', {id: 'x', stream, filePath: '../../x.mp4'}, 400, 'Invalid [filePath] parameter');
  await refuse(':startRecord', {id: 'x', stream, filePath: 'x.exe'}, 400, 'Invalid [filePath] parameter');
  await refuse(':startRecord', {id: 'x', stream, segmentationRule: 'x'}, 400, 'Invalid [segmentationRule] parameter');
  await refuse(':startRecord', {id: 'x'.repeat(600), stream}, 400);
  await refuse(':stopRecord', {}, 400, 'There is no required parameter [ id]');
  await refuse(':stopRecord', {id: 'x'}, 404, 'There is no record information related to the ID [x]');

  const all = await call(origin, ':records', {});
  assert.deepEqual(all.body.response.map((record) => record.id), ['1', '2', '3', '4']);
  const one = await call(origin, ':records', {id: '3'});
  assert.deepEqual(one.body.response.map((record) => record.id), ['3']);
  const none = await call(origin, ':records', {id: 'x'});
  assert.deepEqual(none.body.response, []);

  const stopped = await call(origin, ':stopRecord', {id: '3'});
  assert.equal(stopped.status, 200);
  assert.equal(stopped.body.response.state, 'stopping');
  assert.equal(stopped.body.response.id, '3');
  assert.equal(await recordOf(origin, '3'), undefined);
  await startRecord(origin, {id: '3', stream});  // Its id is free again.
});

for (const rule of ['continuity', 'discontinuity']) {
  test(`files split by interval, ${rule}: no gap, no overlap`, async (t) => {
    const origin = await startRecorder(t);
    await startRecord(origin, {
      id: 'split', stream: {name: 'cam'}, interval: 3000, segmentationRule: rule,
      filePath: '${Id}/${Stream}-${Sequence}.mp4', infoPath: '${Id}/info.xml',
    });
    publish(t, origin.rtmp('cam'));
    const recording = await untilState(origin, 'split', 'recording');
    assert.ok(recording.startTime);
    await untilFiles(origin, '.mp4', 3);
    const stopped = await call(origin, ':stopRecord', {id: 'split'});
    assert.ok(stopped.body.response.totalRecordTime >= 9000);
    const files = await untilFiles(origin, '.mp4', 4);
    let spans;
    for (const kind of ['v', 'a']) {
      spans = [];
      for (const file of files) spans.push(await spanOf(t, file, kind));
      for (let i = 0; i < spans.length; ++i) {
        assert.ok(spans[i].key);
        if (rule === 'discontinuity') {
          assert.ok(spans[i].begin >= 0 && spans[i].begin < 0.03, `${kind} ${i} begins at ${spans[i].begin}`);
        } else if (i > 0) {
          assert.ok(Math.abs(spans[i].begin - spans[i - 1].end) < 0.002,
                    `${kind}: ${spans[i - 1].end} is followed by ${spans[i].begin}`);
        }
      }
    }
    for (const file of files) await decode(t, file, 10);
    const info = await until('the info file', 10 * patience, async () => {
      const text = await readFile(join(rootOf(origin), 'split/info.xml'), 'utf8');
      return text.includes('<lastSequence>true') ? text : undefined;
    });
    assert.equal(info.match(/<file>/g).length, files.length);
    assert.equal(info.match(/<lastSequence>true/g).length, 1);
    for (const file of files) assert.ok(info.includes(`<![CDATA[${file}]]>`));
  });
}

test('a schedule cuts at the second it names, MPEG-TS', async (t) => {
  const origin = await startRecorder(t);
  await startRecord(origin, {
    id: 'clock', stream: {name: 'cam'}, schedule: '*/5 * *', filePath: '${StartTime:ss}-${Sequence}.ts',
  });
  publish(t, origin.rtmp('cam'), {gop: 15});
  const files = await untilFiles(origin, '.ts', 3, 40);
  const named = files.map((file) => /(\d\d)-(\d+)\.ts$/.exec(file)).filter(([, , sequence]) => sequence !== '0');
  assert.ok(named.length >= 2);
  for (const [, second] of named) assert.equal(Number(second) % 5, 0, `begins at second ${second}`);
  for (const file of files) {
    const {streams} = await probe(t, file);
    assert.deepEqual(streams.map((stream) => stream.codec_name).sort(), ['aac', 'h264']);
    await decode(t, file, 10);
  }
});

test('a stream that goes and comes back is recorded on', async (t) => {
  const origin = await startRecorder(t);
  await startRecord(origin, {id: 'r', stream: {name: 'cam'}, filePath: '${TransactionId}_${Sequence}.mp4'});
  const first = publish(t, origin.rtmp('cam'));
  await untilState(origin, 'r', 'recording');
  await first.kill('SIGINT');
  await until('its first file', 20 * patience, async () => {
    const {state, outputFilePath} = await recordOf(origin, 'r');
    return state === 'ready' && outputFilePath?.endsWith('_0.mp4');
  });
  publish(t, origin.rtmp('cam'));
  await untilState(origin, 'r', 'recording');
  await call(origin, ':stopRecord', {id: 'r'});
  const files = await untilFiles(origin, '.mp4', 2);
  assert.equal(files[0].replace(/_0\.mp4$/, ''), files[1].replace(/_1\.mp4$/, ''));  // One transaction.
});

test('what was recorded outlives kill -9, and the recording goes on', async (t) => {
  let origin = await startRecorder(t);
  await startRecord(origin, {
    id: 'k', stream: {name: 'cam'}, segmentationRule: 'continuity',
    filePath: '${TransactionId}/${Sequence}.mp4', infoPath: 'info.xml',
  });
  for (let life = 0; life < 3; ++life) {
    publish(t, origin.rtmp('cam'));
    const before = await until('four seconds recorded', 30 * patience, async () => {
      const record = await recordOf(origin, 'k');
      return record?.state === 'recording' && record.recordTime >= 4000 ? record : undefined;
    });
    await origin.kill('SIGKILL');
    origin = await startRecorder(t, {}, origin);
    const files = await untilFiles(origin, '.mp4', life + 1);
    const {end, begin} = await spanOf(t, files[life], 'v');
    assert.ok(end - begin >= before.recordTime / 1000 - 2, `${end - begin} s of ${before.recordTime} ms`);
    await decode(t, files[life], 30);
    const record = await recordOf(origin, 'k');
    assert.equal(record.state, 'ready');
    await until('the info file', 10 * patience, async () =>
        (await readFile(join(rootOf(origin), 'info.xml'), 'utf8')).match(/<file>/g).length === life + 1);
  }
  assert.equal(new Set((await filesOf(origin, '.mp4')).map((file) => file.split('/').at(-2))).size, 1);
});

test('an orderly end finishes the files', async (t) => {
  let origin = await startRecorder(t);
  await startRecord(origin, {id: 'e', stream: {name: 'cam'}, filePath: '${Sequence}.mp4'});
  publish(t, origin.rtmp('cam'));
  await until('a second recorded', 20 * patience, async () => (await recordOf(origin, 'e')).recordTime >= 1000);
  const ended = await Promise.race([origin.kill('SIGTERM'), pause(30_000 * patience)]);
  assert.equal(ended?.code, 0);
  const files = await filesOf(origin, '.mp4');
  assert.equal(files.length, 1);
  await decode(t, files[0], 10);
  assert.deepEqual(await readdir(join(origin.folder, 'data/recordings')), []);
  origin = await startRecorder(t, {}, origin);
  await until('the task', 10 * patience, async () => (await recordOf(origin, 'e'))?.state === 'ready');
});

test('a root folder, and a map of streams to record', async (t) => {
  const origin = await startOrigin(t, {
    edit: (xml) => withApi(xml).replace(
        '<OVT/>', '<OVT/><FILE><RootPath>recorded</RootPath><StreamMap><Enable>true</Enable><Path>map.xml</Path></StreamMap></FILE>'),
  });
  await mkdir(join(origin.folder, 'recorded'), {recursive: true});
  await writeFile(join(origin.folder, 'map.xml'), `<?xml version="1.0"?>
<RecordInfo>
  <Record><Enable>true</Enable><StreamName>cam*</StreamName><FilePath>/\${Application}/\${Stream}_\${Sequence}.mp4</FilePath>
    <InfoPath>/\${Stream}.xml</InfoPath><SegmentInterval>2000</SegmentInterval><Metadata>secret</Metadata></Record>
  <Record><Enable>false</Enable><StreamName>*</StreamName></Record>
</RecordInfo>`);
  publish(t, origin.rtmp('other'));
  const camera = publish(t, origin.rtmp('cam1'));
  const record = await until('a recording', 20 * patience, async () => {
    const {body} = await call(origin, ':records', {});
    return body.response.find((one) => one.state === 'recording');
  });
  assert.equal(record.isConfig, true);
  assert.equal(record.stream.name, 'cam1');
  assert.equal(record.interval, 2000);
  await until('two files', 20 * patience, async () => (await stat(join(origin.folder, 'recorded/app/cam1_1.mp4'))).size > 0);
  await camera.kill('SIGINT');
  await until('its end', 20 * patience, async () => (await call(origin, ':records', {})).body.response.length === 0);
  await until('the last in the info file', 20 * patience, async () =>
      (await readFile(join(origin.folder, 'recorded/cam1.xml'), 'utf8')).includes('<lastSequence>true'));
  assert.ok(!origin.output.includes('secret'));
});

test('an application without <FILE> does not record', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  for (const action of [':startRecord', ':stopRecord', ':records']) {
    const answer = await call(origin, action, {id: '1', stream: {name: 'stream'}});
    assert.equal(answer.status, 404);
    assert.equal(answer.body.message, '[HTTP] Could not find application: [default/app] (404)');
  }
});
