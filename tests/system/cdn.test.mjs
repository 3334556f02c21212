// Behind real caches: each file is fetched once, whoever asks, and nobody gets an old playlist.
import assert from 'node:assert/strict';
import test from 'node:test';

import {playMany, requestsOf, startCache} from './lib/cdn.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {chunklists, getOk, parseMedia} from './lib/hls.mjs';
import {until} from './lib/wait.mjs';
import {startEdge, startOrigin} from './lib/weir.mjs';

const PLAYERS = 30;
const SECONDS = 8;

async function whole(edge, stream) {
  const [video] = await chunklists(edge.url(stream));
  return parseMedia((await getOk(video.url)).text).segments.length > 2;
}

for (const kind of ['varnish', 'nginx']) {
  for (const count of [1, 2]) {
    test(`${count} edge${count > 1 ? 's in turns' : ''} behind ${kind}`, async (t) => {
      const origin = await startOrigin(t, {segment: 2});
      const edges = [];
      for (let i = 0; i < count; ++i) edges.push(await startEdge(t, origin));
      publish(t, origin.rtmp('cdn'), {gop: 30});
      for (const edge of edges) await until('the stream', 30, () => whole(edge, 'cdn'));
      const cache = await startCache(t, kind, edges.map((edge) => edge.ports.http));

      const before = await requestsOf(edges);
      const seen = await playMany(t, {to: cache.address, stream: 'app/cdn', players: PLAYERS, seconds: SECONDS});
      const after = await requestsOf(edges);
      const asked = (what) => after[what] - before[what];

      const faults = (({errors, lost, hints_missed, old_playlists, different, broken, no_cors, cookies}) =>
          ({errors, lost, hints_missed, old_playlists, different, broken, no_cors, cookies}))(seen);
      assert.deepEqual(faults, {errors: {}, lost: 0, hints_missed: 0, old_playlists: 0, different: 0, broken: 0,
                                no_cors: 0, cookies: 0}, seen.first_fault);
      assert.ok(seen.requests.part > PLAYERS * SECONDS, 'all of them play');
      for (const what of ['init', 'part', 'reload']) {
        assert.equal(asked(what), seen.distinct[what], `every ${what} is fetched once`);
      }
      // Those that change are fetched once a second at most.
      assert.ok(asked('chunklist') <= 2 * (SECONDS + 8), `${asked('chunklist')} chunklists`);
      assert.ok(asked('multivariant') <= SECONDS + 8, `${asked('multivariant')} multivariant playlists`);
      assert.equal(asked('other'), 0);
    });
  }
}
