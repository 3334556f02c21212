// From the last frame of a part leaving the encoder to the part at a viewer, and from the start of
// publishing to the first playlist.
import {Agent, get as httpGet} from 'node:http';

import {chunklists, newestPart, parseMedia} from '../system/lib/hls.mjs';
import {pause, until} from '../system/lib/wait.mjs';
import {load, LOAD_CORE, measuring, pinned, recording, startEdge, startOrigin, table} from './lib/measure.mjs';

const SECONDS = 20;
const FRAMES_PER_PART = 15;
const PARTS_PER_SEGMENT = 4;

const agent = new Agent({keepAlive: true});

function fetchText(url) {
  return new Promise((resolve, reject) => {
    httpGet(url, {agent}, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => {
        const body = Buffer.concat(pieces);
        if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
        else resolve({body, at: process.hrtime.bigint()});
      });
    }).on('error', reject);
  });
}

export async function latency() {
  await measuring(async (t) => {
    const origin = await startOrigin(t, {segment: 2, count: 6});
    const edge = await startEdge(t, origin);
    const master = `http://127.0.0.1:${edge.ports.http}/app/copy0/llhls.m3u8`;
    const publisher = pinned(t, LOAD_CORE, load, ['publish', '--to', `127.0.0.1:${origin.ports.rtmp}`, '--file',
                                                  recording(), '--copies', '1', '--seconds', '60', '--times']);
    let first;
    await until('the first playlist', 20, async () => {
      first = await fetchText(master);
      return true;
    }, 5);
    const frames = () => [...publisher.output.matchAll(/^frame (\d+) (\d+)$/gm)].map((m) => [Number(m[1]), BigInt(m[2])]);
    const [video] = await chunklists(master);
    const opening = parseMedia((await fetchText(video.url)).body.toString());
    const firstNumber = opening.mediaSequence;
    const began = frames()[0][1];

    let {number, part} = newestPart(opening);
    const arrivals = [];
    const until20 = Date.now() + SECONDS * 1000;
    while (Date.now() < until20) {
      const playlist = parseMedia((await fetchText(`${video.url}?_HLS_msn=${number}&_HLS_part=${part + 1}`)).body.toString());
      ({number, part} = newestPart(playlist));
      const uri = [...playlist.segments, playlist.open].find((s) => s.number === number).parts[part].URI;
      const {at} = await fetchText(new URL(uri, video.url).href);
      arrivals.push({last: ((number - firstNumber) * PARTS_PER_SEGMENT + part + 1) * FRAMES_PER_PART - 1, at});
    }
    await pause(200);
    const sent = new Map(frames());
    const delays = arrivals.filter(({last}) => sent.has(last)).map(({last, at}) => Number(at - sent.get(last)) / 1e6);
    delays.sort((a, b) => a - b);
    table([{
      'parts measured': delays.length,
      'last frame written -> part at the client, median': `${delays[delays.length >> 1].toFixed(1)} ms`,
      'p95': `${delays[Math.floor(delays.length * 0.95)].toFixed(1)} ms`,
      'first frame -> first playlist': `${(Number(first.at - began) / 1e9).toFixed(2)} s`,
    }]);
  });
}
