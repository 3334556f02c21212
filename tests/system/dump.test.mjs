// Streams dumped as HLS into folders.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {mkdir, readdir, readFile, symlink} from 'node:fs/promises';
import {join, normalize} from 'node:path';
import test from 'node:test';

import {call, withApi} from './lib/api.mjs';
import {decode, probe, publish} from './lib/ffmpeg.mjs';
import {getOk, parseMedia, parseMultivariant} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {patience, startEdge, startOrigin} from './lib/weir.mjs';

const actions = (stream) => (origin, action, body) =>
    call(origin, `/streams/${stream}:${action}`, {outputStreamName: stream, ...body});
const ofCam = actions('cam');

const rootOf = (origin) => join(origin.folder, 'data/dumps');

/** Publishes, and waits until the API knows the stream. */
async function publishUntilLive(t, origin, stream, options = {}) {
  const encoder = publish(t, origin.rtmp(stream), options);
  await until('the stream', 20 * patience, async () => (await call(origin, '/streams')).body.response.includes(stream));
  return encoder;
}

async function listsIn(folder) {
  const names = (await readdir(folder)).filter((name) => name.startsWith('chunklist_')).sort();
  return await Promise.all(names.map(async (name) => parseMedia(await readFile(join(folder, name), 'utf8'))));
}

async function untilSegments(folder, count) {
  return await until(`${count} segments in ${folder}`, 40 * patience, async () => {
    const lists = await listsIn(folder);
    return lists.length === 2 && lists.every(({segments}) => segments.length >= count) ? lists : undefined;
  });
}

async function untilEnded(folder) {
  return await until(`the end of ${folder}`, 20 * patience, async () => {
    const lists = await listsIn(folder);
    return lists.length > 0 && lists.every(({ended}) => ended) ? lists : undefined;
  });
}

/** Serves a folder's files by HTTP; gives the address. */
async function serve(t, folder) {
  const server = createServer(async (request, response) => {
    try {
      response.end(await readFile(join(folder, normalize(new URL(request.url, 'http://x').pathname))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

const lengthOf = (list) => list.segments.reduce((sum, segment) => sum + segment.duration, 0);

test('a dump plays from disk and over HTTP, and is what an edge serves', async (t) => {
  const origin = await startOrigin(t, {edit: withApi, count: 20});
  const edge = await startEdge(t, origin);
  const encoder = await publishUntilLive(t, origin, 'cam');
  const started = await ofCam(origin, 'startHlsDump', {
    id: 'one', outputPath: '/${AppName}/${StreamName}/', playlist: ['master.m3u8', 'llhls.m3u8'], infoFile: '/info/one.xml',
    userData: "key='<secret>'",
  });
  assert.deepEqual(started.body, {statusCode: 200, message: 'OK'});
  const folder = join(rootOf(origin), 'app/cam');
  await untilSegments(folder, 4);

  // All that is listed has the bytes that an edge serves under that name.
  const master = await getOk(edge.url('cam', 'master.m3u8'));
  for (const name of ['master.m3u8', 'llhls.m3u8'])
    assert.equal(await readFile(join(folder, name), 'utf8'), master.text, name);
  let compared = 0;
  for (const list of await listsIn(folder)) {
    for (const name of [list.map, ...list.segments.map(({uri}) => uri)]) {
      const served = await getOk(edge.url('cam', name));
      assert.ok(served.body.equals(await readFile(join(folder, name))), name);
      compared += 1;
    }
  }
  assert.ok(compared >= 10, `${compared} files compared`);

  const shown = {
    id: 'one', outputStreamName: 'cam', outputPath: '/${AppName}/${StreamName}/', playlist: ['master.m3u8', 'llhls.m3u8'],
    infoFile: '/info/one.xml', userData: "key='<secret>'", enabled: true,
  };
  assert.deepEqual((await ofCam(origin, 'hlsDumps', {})).body.response, [shown]);
  const info = join(rootOf(origin), 'info/one.xml');
  assert.match(await readFile(info, 'utf8'), /<Status>Running<\/Status>/);
  const stopped = await ofCam(origin, 'stopHlsDump', {id: 'one'});
  assert.deepEqual(stopped.body, {statusCode: 200, message: 'OK'});
  assert.deepEqual((await ofCam(origin, 'hlsDumps', {id: 'one'})).body.response, [{...shown, enabled: false}]);

  const lists = await untilEnded(folder);
  assert.equal(lists[0].mediaSequence, lists[1].mediaSequence);
  for (const name of await readdir(folder)) {
    if (name.startsWith('chunklist_'))
      assert.doesNotMatch(await readFile(join(folder, name), 'utf8'), /PART|SERVER-CONTROL|PRELOAD|REPORT|SKIP/);
    assert.ok(!name.startsWith('tmp_'), name);
  }
  const text = await until('the info file', 10 * patience, async () => {
    const read = await readFile(info, 'utf8');
    return read.includes('<Status>Completed</Status>') ? read : undefined;
  });
  assert.match(text, /<HLSDumpInfo>\s*<UserData>key='&lt;secret&gt;'<\/UserData>\s*<Stream>\/default\/app\/cam<\/Stream>/);
  const items = [...text.matchAll(/<Seq>(\d+)<\/Seq>\s*<Time>([^<]+)<\/Time>\s*<File>([^<]+)<\/File>/g)];
  assert.deepEqual(items.map(([, seq]) => Number(seq)), items.map((_, i) => i));
  assert.deepEqual(new Set(items.map(([, , , file]) => file)), new Set((await readdir(folder)).map((name) => join(folder, name))));
  assert.doesNotMatch(origin.output, /secret/);

  // The stream goes on, the dump does not.
  const names = await readdir(folder);
  const newest = lists[0].segments.at(-1).number;
  await until('two more segments at the edge', 30 * patience, async () => {
    const {variants} = parseMultivariant((await getOk(edge.url('cam'))).text);
    return parseMedia((await getOk(edge.url('cam', variants[0].uri))).text).segments.at(-1).number >= newest + 2;
  });
  assert.deepEqual(await readdir(folder), names);
  assert.equal(encoder.ended, undefined);

  const base = await serve(t, folder);
  const length = lengthOf(lists[0]);
  for (const place of [join(folder, 'master.m3u8'), `${base}/master.m3u8`]) {
    const {streams, format} = await probe(t, place, ['-allowed_extensions', 'ALL', '-show_streams', '-show_format']);
    assert.deepEqual(streams.map(({codec_name}) => codec_name).sort(), ['aac', 'h264']);
    assert.ok(Math.abs(Number(format.duration) - length) < 0.1, `${format.duration} s of ${length} s`);
    const {frames} = await decode(t, place, 600);
    assert.ok(Math.abs(frames - length * 30) <= 2, `${frames} frames in ${length} s`);
  }
});

test('ids, paths and playlists that cannot be are refused in the documented words', async (t) => {
  const origin = await startOrigin(t, {edit: withApi});
  await publishUntilLive(t, origin, 'cam');
  const refuse = async (action, body, status, text) => {
    const answer = await ofCam(origin, action, body);
    assert.equal(answer.status, status, `${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    assert.equal(answer.body.message, `[HTTP] ${text} (${status})`);
  };
  assert.equal((await ofCam(origin, 'startHlsDump', {id: '1', outputPath: 'one', infoFile: 'one.xml'})).status, 200);
  await refuse('startHlsDump', {id: '1', outputPath: 'two'}, 500, 'Could not start dump: [default/app/cam] (Duplicate ID)');
  await refuse('startHlsDump', {id: '2', outputPath: 'two', infoFile: '/one.xml'}, 500,
               'Could not start dump: [default/app/cam] (Duplicate info file)');
  await refuse('startHlsDump', {id: '2'}, 400, 'id, outputStreamName and outputPath are required');
  await refuse('startHlsDump', {id: '2', outputPath: 'a/../../b'}, 400, 'Invalid [outputPath] parameter');
  await refuse('startHlsDump', {id: '2', outputPath: 'a', infoFile: '../../etc/x'}, 400, 'Invalid [infoFile] parameter');
  await refuse('startHlsDump', {id: '2', outputPath: 'a', playlist: ['../x.m3u8']}, 400, 'Invalid [playlist] parameter');
  await refuse('startHlsDump', {id: '2', outputPath: 'a', outputStreamName: 'x'}, 404,
               'Could not find output stream: [default/app/x]');
  await refuse('stopHlsDump', {id: 'x'}, 500, 'Could not stop dump: [default/app/cam] (Could not find dump info)');
  await refuse('hlsDumps', {outputStreamName: ''}, 400, 'outputStreamName is required');
  await until('its tracks', 20 * patience, async () => (await call(origin, '/streams/cam')).body.response.input.tracks.length === 2);
  await refuse('startHlsDump', {id: '2', outputPath: 'a', playlist: ['none.m3u8']}, 500,
               'Could not start dump: [default/app/cam] (Could not dump master playlist)');
  // A link that leads out of the root is not followed.
  await mkdir(join(origin.folder, 'elsewhere'));
  await symlink(join(origin.folder, 'elsewhere'), join(rootOf(origin), 'link'));
  await refuse('startHlsDump', {id: '2', outputPath: 'link/a'}, 500,
               'Could not start dump: [default/app/cam] (Could not dump init segment)');
  assert.deepEqual(await readdir(join(origin.folder, 'elsewhere')), []);
  // Without an id all are ended, and stay listed.
  assert.equal((await ofCam(origin, 'startHlsDump', {id: '2', outputPath: 'two'})).status, 200);
  assert.equal((await ofCam(origin, 'stopHlsDump', {})).status, 200);
  assert.deepEqual((await ofCam(origin, 'hlsDumps', {})).body.response.map(({id, enabled}) => ({id, enabled})),
                   [{id: '1', enabled: false}, {id: '2', enabled: false}]);
  await refuse('startHlsDump', {id: '1', outputPath: 'three'}, 500, 'Could not start dump: [default/app/cam] (Duplicate ID)');
});

test('the configuration makes dumps, which end with their streams and with the program', async (t) => {
  const origin = await startOrigin(t, {
    edit: (xml) => withApi(xml).replace('</LLHLS>', `<Dumps>
        <Dump><Enable>true</Enable><TargetStreamName>cam*</TargetStreamName><OutputPath>/\${StreamName}</OutputPath>
          <Playlists><Playlist>master.m3u8</Playlist></Playlists></Dump>
        <Dump><Id>no</Id><Enable>false</Enable><TargetStreamName>*</TargetStreamName><OutputPath>no</OutputPath></Dump>
      </Dumps></LLHLS>`).replace('<Weir>', '<Weir><Dumps><RootPath>kept</RootPath></Dumps>'),
  });
  const kept = join(origin.folder, 'kept');
  const first = await publishUntilLive(t, origin, 'cam1');
  const [made] = (await actions('cam1')(origin, 'hlsDumps', {})).body.response;
  assert.match(made.id, /^[0-9a-f]{8}$/);
  assert.deepEqual({...made, id: ''},
                   {id: '', outputStreamName: 'cam1', outputPath: '/${StreamName}', playlist: ['master.m3u8'], enabled: true});
  await untilSegments(join(kept, 'cam1'), 2);
  await first.kill('SIGINT');
  const [video] = await untilEnded(join(kept, 'cam1'));
  const {format} = await probe(t, join(kept, 'cam1/master.m3u8'), ['-allowed_extensions', 'ALL', '-show_format']);
  assert.ok(Math.abs(Number(format.duration) - lengthOf(video)) < 0.2);

  await publishUntilLive(t, origin, 'cam2');
  await publishUntilLive(t, origin, 'other');
  await untilSegments(join(kept, 'cam2'), 1);
  assert.equal((await origin.kill('SIGTERM')).code, 0);
  assert.ok((await listsIn(join(kept, 'cam2'))).every(({ended}) => ended));
  assert.deepEqual((await readdir(kept)).sort(), ['cam1', 'cam2']);
});
