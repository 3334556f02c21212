// ffmpeg and ffprobe as encoders and players.
import {run, start} from './process.mjs';

const clock =
    "drawtext=text='%{gmtime\\:%H\\\\\\:%M\\\\\\:%S}':fontsize=48:fontcolor=white:box=1:boxcolor=black:x=20:y=20";

/** Publishes a test picture in real time. */
export function publish(t, url, options = {}) {
  const {
    fps = '30', size = '640x360', gop = 30, bframes = 0, bitrate = '600k', audio = true, video = true,
    seconds = 0, inputs = [], extra = [], showClock = false, codec = [],
  } = options;
  const args = ['-hide_banner', '-loglevel', 'warning', '-nostdin', '-re'];
  if (video) {
    args.push('-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${fps}${showClock ? `,${clock}` : ''}`);
  }
  if (audio) args.push('-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000');
  args.push(...inputs);
  if (seconds > 0) args.push('-t', String(seconds));
  if (video) {
    args.push('-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-b:v', bitrate, '-g', String(gop),
              '-keyint_min', String(gop), '-sc_threshold', '0', '-bf', String(bframes));
    if (bframes === 0) args.push('-tune', 'zerolatency');
    args.push(...codec);
  }
  if (audio) args.push('-c:a', 'aac', '-b:a', '96k');
  args.push(...extra, '-f', 'flv', url);
  return start(t, 'ffmpeg', args);
}

/** What ffprobe says of a URL or file, as an object. */
export async function probe(t, url, args = ['-show_streams', '-show_format'], seconds = 30) {
  const result = await run(t, 'ffprobe', ['-v', 'error', '-of', 'json', ...args, url], seconds);
  if (result.code !== 0) throw new Error(`ffprobe ${url}: ${result.output}`);
  return JSON.parse(result.output.slice(result.output.indexOf('{')));
}

/** Decodes `seconds` of a URL as a player would; returns how many video frames came out. */
export async function decode(t, url, seconds) {
  const result = await run(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-xerror', '-i', url,
                                         '-t', String(seconds), '-progress', 'pipe:1', '-f', 'null', '-'],
                           seconds + 40);
  if (result.code !== 0) throw new Error(`ffmpeg ${url}: ${result.output}`);
  const frames = [...result.output.matchAll(/^frame=\s*(\d+)/gm)].at(-1);
  return {frames: frames ? Number(frames[1]) : 0, output: result.output};
}
