// OvenPlayer, as OvenMediaEngine's users have it in their pages, plays a low-latency stream as it is.
import assert from 'node:assert/strict';
import test from 'node:test';
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {join} from 'node:path';

import {openBrowser} from './lib/browser.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {get} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {root, startEdge, startOrigin} from './lib/weir.mjs';

const page = (file) => `<!doctype html><html><body>
  <div id="player"></div>
  <script src="hls.js"></script>
  <script src="ovenplayer.js"></script>
  <script>
    window.problems = [];
    window.player = OvenPlayer.create('player', {
      autoStart: true, mute: true, sources: [{type: 'llhls', file: ${JSON.stringify(file)}}],
    });
    player.on('error', (error) => problems.push(JSON.stringify(error)));
  </script>
</body></html>`;

/** A web site of these files, {path: [type, text]}; returns its address. */
async function serve(t, files) {
  const server = createServer((request, response) => {
    const [type, text] = files[request.url] ?? ['text/plain', ''];
    response.writeHead(files[request.url] ? 200 : 404, {'Content-Type': type}).end(text);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

test('OvenPlayer plays a low-latency stream for 15 s, near the live edge', async (t) => {
  const origin = await startOrigin(t, {segment: 2, chunk: 0.5});
  const edge = await startEdge(t, origin);
  publish(t, origin.rtmp('oven'), {gop: 30});
  await until('the stream to be served', 30, async () => (await get(edge.url('oven'))).status === 200);
  const browser = await openBrowser(t);
  const tab = await browser.newPage();
  const site = await serve(t, {
    '/': ['text/html', page(edge.url('oven'))],
    '/hls.js': ['text/javascript', await readFile(join(root, 'node_modules/hls.js/dist/hls.js'))],
    '/ovenplayer.js': ['text/javascript', await readFile(join(root, 'node_modules/ovenplayer/dist/ovenplayer.js'))],
  });
  const asked = [];
  const refused = [];
  tab.on('request', (request) => asked.push(request.url()));
  tab.on('response', (response) => response.url().startsWith(edge.base) && response.status() >= 400 && refused.push(`${response.status()} ${response.url()}`));
  await tab.goto(site);
  const state = () => tab.evaluate(() => {
    const video = document.querySelector('video');
    return {time: video?.currentTime ?? 0, width: video?.videoWidth, state: player.getState(), problems,
            frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
            edge: video?.seekable.length ? video.seekable.end(video.seekable.length - 1) : 0};
  });
  const began = await until('the picture to move', 30, async () => {
    const now = await state();
    assert.deepEqual(now.problems, []);
    return now.time > 1 ? now : undefined;
  });
  const last = await until('15 s of it', 60, async () => {
    const now = await state();
    return now.time >= began.time + 15 ? now : undefined;
  });
  assert.equal(last.state, 'playing');
  assert.deepEqual(last.problems, []);
  assert.equal(last.width, 640);
  assert.ok(last.frames - began.frames > 15 * 25, `${last.frames - began.frames} frames in 15 s`);
  assert.deepEqual(refused, []);
  assert.ok(asked.some((url) => /\/part_/.test(url)), 'parts are asked for');
  assert.ok(asked.some((url) => /_HLS_msn=\d+&_HLS_part=\d+/.test(url)), 'reloads are blocking ones');
  t.diagnostic(`${asked.filter((url) => /\/part_/.test(url)).length} parts`);
});
