// CPU of an origin per push of one 2 Mb/s stream: RTMP to another origin, MPEG-TS over UDP, SRT to FFmpeg.
import {createSocket} from 'node:dgram';

import {call, withApi} from '../system/lib/api.mjs';
import {pause, until} from '../system/lib/wait.mjs';
import {cpuWhile, LOAD_CORE, measuring, pinned, startOrigin, startPublisher, table} from './lib/measure.mjs';

const SECONDS = 10;

/** Where one push goes, and its receiver. */
async function udpSink(t) {
  const socket = createSocket('udp4');
  await new Promise((done) => socket.bind(0, '127.0.0.1', done));
  t.after(() => socket.close());
  return socket.address().port;
}

async function freeUdpPort() {
  const socket = createSocket('udp4');
  await new Promise((done) => socket.bind(0, '127.0.0.1', done));
  const {port} = socket.address();
  await new Promise((done) => socket.close(done));
  return port;
}

const targets = {
  none: async () => undefined,
  rtmp: async (t, sink, i) => ({protocol: 'rtmp', url: `rtmp://127.0.0.1:${sink.ports.rtmp}/app`, streamKey: `copy${i}`}),
  udp: async (t) => ({protocol: 'mpegts', url: `udp://127.0.0.1:${await udpSink(t)}`}),
  srt: async (t) => {
    const port = await freeUdpPort();
    pinned(t, LOAD_CORE, 'ffmpeg', ['-v', 'error', '-nostdin', '-i', `srt://127.0.0.1:${port}?mode=listener`, '-c', 'copy',
                                    '-f', 'null', '-']);
    return {protocol: 'srt', url: `srt://127.0.0.1:${port}`};
  },
};

async function one(kind, pushes) {
  return await measuring(async (t) => {
    const sink = await startOrigin(t, {segment: 1, count: 4, cores: LOAD_CORE});
    const origin = await startOrigin(t, {segment: 1, count: 4, edit: (xml) => withApi(xml).replace('<OVT/>', '<OVT/><Push/>')});
    origin.management = `http://127.0.0.1:${origin.ports.api}`;
    for (let i = 0; i < pushes; ++i) {
      const {status, body} = await call(origin, ':startPush', {id: `p${i}`, stream: {name: 'copy0'}, ...(await targets[kind](t, sink, i))});
      if (status !== 200) throw new Error(JSON.stringify(body));
    }
    await startPublisher(t, origin);
    await until('all pushes', 60, async () => (await origin.metric('weir_push_connected')) === pushes);
    await pause(2000);
    const before = await origin.metric('weir_push_bytes_sent_total');
    const {cpu, seconds} = await cpuWhile(origin.pid, () => pause(SECONDS * 1000));
    const bytes = (await origin.metric('weir_push_bytes_sent_total')) - before;
    return {cpu: cpu / seconds, bits: (bytes * 8) / seconds};
  });
}

export async function push() {
  const base = await one('none', 0);
  const rows = [];
  for (const [kind, pushes] of [['rtmp', 20], ['rtmp', 100], ['udp', 20], ['srt', 10]]) {
    const result = await one(kind, pushes);
    rows.push({
      to: kind,
      pushes,
      'sent Mb/s': (result.bits / 1e6).toFixed(0),
      'CPU without pushes': `${(100 * base.cpu).toFixed(1)} %`,
      'origin CPU': `${(100 * result.cpu).toFixed(1)} %`,
      'CPU per push': `${((100 * (result.cpu - base.cpu)) / pushes).toFixed(3)} %`,
    });
    console.log(`${kind} ${pushes} done`);
  }
  table(rows);
}
