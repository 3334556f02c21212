// Enhanced RTMP: HEVC, AV1 and Opus from a publisher to a decoder.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import test from 'node:test';

import {makeEnhancedFlv} from './lib/enhanced_flv.mjs';
import {decode, probe} from './lib/ffmpeg.mjs';
import {getOk, parseMultivariant} from './lib/hls.mjs';
import {start} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {bin, startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

const codecs = {
  hevc: {
    args: ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-g', '30', '-bf', '2',
           '-x265-params', 'log-level=error:keyint=30:min-keyint=30:scenecut=0:open-gop=0'],
    string: /^hvc1\./,
  },
  av1: {args: ['-c:v', 'libsvtav1', '-preset', '12', '-g', '30', '-b:v', '300k'], string: /^av01\./},
};

for (const [name, {args, string}] of Object.entries(codecs)) {
  test(`${name} and Opus by enhanced RTMP decode at the viewer`, async (t) => {
    const folder = await temporaryFolder(t);
    const flv = await makeEnhancedFlv(t, folder, name, args, ['-c:a', 'libopus', '-b:a', '64k']);
    const origin = await startOrigin(t);
    const edge = await startEdge(t, origin);
    const publisher = start(t, join(bin, 'weir-load'), ['publish', '--to', `127.0.0.1:${origin.ports.rtmp}`, '--file', flv,
                                                        '--copies', '1', '--seconds', '120']);
    const url = edge.url('copy0');
    const {streams} = await until('the stream', 30, () => {
      assert.equal(publisher.ended, undefined, publisher.output);
      return probe(t, url);
    }, 500);
    assert.deepEqual(streams.map((s) => s.codec_name).sort(), [name, 'opus'].sort());
    const [variant] = parseMultivariant((await getOk(url)).text).variants;
    const [video, audio] = variant.CODECS.split(',');
    assert.match(video, string);
    assert.equal(audio, 'opus');
    const {frames} = await decode(t, url, 5);
    assert.ok(frames >= 145, `${frames} frames in 5 s`);
  });
}
