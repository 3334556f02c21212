// FLV with enhanced RTMP's FourCC tags, which Debian 12's ffmpeg cannot write: ffmpeg encodes into
// fragmented MP4, and this moves the samples over.
import {readFile, writeFile} from 'node:fs/promises';

import {run} from './process.mjs';

function* boxes(buffer, start = 0, end = buffer.length) {
  for (let at = start; at + 8 <= end;) {
    const size = buffer.readUInt32BE(at);
    yield {type: buffer.toString('latin1', at + 4, at + 8), at, body: at + 8, end: at + size};
    at += size;
  }
}

function find(buffer, path, start = 0, end = buffer.length) {
  const [first, ...rest] = path.split('/');
  const found = [...boxes(buffer, start, end)].filter((box) => box.type === first);
  return rest.length === 0 ? found : found.flatMap((box) => find(buffer, rest.join('/'), box.body, box.end));
}

/** Bytes of the sample entry before its child boxes. */
const ENTRY_HEAD = {hvc1: 78, av01: 78, avc1: 78, Opus: 28, mp4a: 28};
const CONFIG = {hvc1: 'hvcC', av01: 'av1C', avc1: 'avcC', Opus: 'dOps'};

function readTracks(file) {
  const defaults = new Map(find(file, 'moov/mvex/trex').map(({body}) => [file.readUInt32BE(body + 4), {
    duration: file.readUInt32BE(body + 12), size: file.readUInt32BE(body + 16), flags: file.readUInt32BE(body + 20),
  }]));
  const tracks = new Map();
  for (const trak of find(file, 'moov/trak')) {
    const inside = (path) => find(file, path, trak.body, trak.end)[0];
    const tkhd = inside('tkhd');
    const id = file.readUInt32BE(tkhd.body + (file[tkhd.body] === 1 ? 20 : 12));
    const mdhd = inside('mdia/mdhd');
    const timescale = file.readUInt32BE(mdhd.body + (file[mdhd.body] === 1 ? 20 : 12));
    const stsd = inside('mdia/minf/stbl/stsd');
    const [entry] = boxes(file, stsd.body + 8, stsd.end);
    const config = find(file, CONFIG[entry.type], entry.body + ENTRY_HEAD[entry.type], entry.end)[0];
    tracks.set(id, {id, codec: entry.type, timescale, config: file.subarray(config.body, config.end), samples: [],
                    defaults: defaults.get(id)});
  }
  return tracks;
}

function readSamples(file, tracks) {
  for (const moof of find(file, 'moof')) {
    for (const traf of find(file, 'traf', moof.body, moof.end)) {
      const inside = (path) => find(file, path, traf.body, traf.end);
      const [tfhd] = inside('tfhd');
      const track = tracks.get(file.readUInt32BE(tfhd.body + 4));
      const given = file.readUInt32BE(tfhd.body) & 0xffffff;
      const own = {...track.defaults};
      let at = tfhd.body + 8;
      if (given & 0x1) at += 8;
      if (given & 0x2) at += 4;
      for (const [bit, name] of [[0x8, 'duration'], [0x10, 'size'], [0x20, 'flags']]) {
        if (given & bit) {
          own[name] = file.readUInt32BE(at);
          at += 4;
        }
      }
      const [tfdt] = inside('tfdt');
      let dts = file[tfdt.body] === 1 ? Number(file.readBigUInt64BE(tfdt.body + 4)) : file.readUInt32BE(tfdt.body + 4);
      for (const trun of inside('trun')) dts = readRun(file, moof, trun, track, own, dts);
    }
  }
}

function readRun(file, moof, trun, track, own, dts) {
  const flags = file.readUInt32BE(trun.body) & 0xffffff;
  const count = file.readUInt32BE(trun.body + 4);
  let at = trun.body + 8;
  let data = moof.at + file.readInt32BE(at);
  at += 4;
  const firstFlags = flags & 0x4 ? file.readUInt32BE((at += 4) - 4) : undefined;
  for (let i = 0; i < count; ++i) {
    const field = (bit, otherwise) => (flags & bit ? file.readUInt32BE((at += 4) - 4) : otherwise);
    const duration = field(0x100, own.duration);
    const size = field(0x200, own.size);
    const sampleFlags = field(0x400, i === 0 ? firstFlags ?? own.flags : own.flags);
    const composition = field(0x800, 0) | 0;
    track.samples.push({dts: dts / track.timescale, offset: composition / track.timescale,
                        key: (sampleFlags & 0x10000) === 0, data: file.subarray(data, data + size)});
    data += size;
    dts += duration;
  }
  return dts;
}

/** dOps as "OpusHead" (RFC 7845, 5.1): the same fields, little-endian. */
function opusHead(dops) {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head[8] = 1;
  head[9] = dops[1];
  head.writeUInt16LE(dops.readUInt16BE(2), 10);
  head.writeUInt32LE(dops.readUInt32BE(4), 12);
  head.writeInt16LE(dops.readInt16BE(8), 16);
  head[18] = dops[10];
  return head;
}

function tag(type, ms, body) {
  const head = Buffer.alloc(11);
  head[0] = type;
  head.writeUIntBE(body.length, 1, 3);
  head.writeUIntBE(ms & 0xffffff, 4, 3);
  head[7] = ms >>> 24;
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(head.length + body.length);
  return Buffer.concat([head, body, tail]);
}

function opening(track) {
  const fourcc = Buffer.from(track.codec, 'latin1');
  if (track.codec === 'Opus') return tag(8, 0, Buffer.concat([Buffer.from([0x90]), fourcc, opusHead(track.config)]));
  return tag(9, 0, Buffer.concat([Buffer.from([0x90]), fourcc, track.config]));
}

function coded(track, sample) {
  const fourcc = Buffer.from(track.codec, 'latin1');
  const ms = Math.round(sample.dts * 1000);
  if (track.codec === 'Opus') return {ms, bytes: tag(8, ms, Buffer.concat([Buffer.from([0x91]), fourcc, sample.data]))};
  const head = Buffer.from([0x80 | (sample.key ? 0x10 : 0x20) | 1]);
  const offset = Buffer.alloc(track.codec === 'av01' ? 0 : 3);
  if (offset.length > 0) offset.writeIntBE(Math.round(sample.offset * 1000), 0, 3);
  return {ms, bytes: tag(9, ms, Buffer.concat([head, fourcc, offset, sample.data]))};
}

/** Encodes `seconds` of a test picture and tone with these ffmpeg arguments into enhanced FLV. */
export async function makeEnhancedFlv(t, folder, name, videoArgs, audioArgs, seconds = 6) {
  const mp4 = `${folder}/${name}.mp4`;
  const made = await run(t, 'ffmpeg', [
    '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-f', 'lavfi', '-i',
    'sine=frequency=440:sample_rate=48000', '-t', String(seconds), ...videoArgs, ...audioArgs, '-pix_fmt', 'yuv420p',
    '-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', mp4,
  ], 120);
  if (made.code !== 0) throw new Error(made.output);
  const file = await readFile(mp4);
  const tracks = readTracks(file);
  readSamples(file, tracks);
  const all = [...tracks.values()];
  const media = all.flatMap((track) => track.samples.map((sample) => coded(track, sample)));
  media.sort((a, b) => a.ms - b.ms);
  const flv = `${folder}/${name}.flv`;
  const head = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);
  await writeFile(flv, Buffer.concat([head, ...all.map(opening), ...media.map((m) => m.bytes)]));
  return flv;
}
