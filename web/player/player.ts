// The player page: a stream's name in, low-latency HLS out, with what an operator wants to see
// beside it. `?stream=app/name` in the address starts at once.
import Hls, {ErrorData, Events} from 'hls.js';

import {plainWords} from './messages';

const STALL_RETRY_MS = 2000;

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

const video = element<HTMLVideoElement>('video');
const form = element<HTMLFormElement>('form');
const streamBox = element<HTMLInputElement>('stream');
const message = element('message');

let hls: Hls | null = null;
let retry: number | undefined;
let stalls = 0;

function say(text: string): void {
  message.textContent = text;
  message.hidden = text === '';
}

function playlistUrl(stream: string): string {
  const path = stream.split('/').map(encodeURIComponent).join('/');
  return new URL(`/${path}/llhls.m3u8`, location.href).href;
}

function play(stream: string): void {
  window.clearTimeout(retry);
  hls?.destroy();
  hls = null;
  stalls = 0;
  const url = playlistUrl(stream);
  const link = element<HTMLAnchorElement>('address');
  link.href = url;
  link.textContent = url;
  say('Connecting …');
  if (Hls.isSupported()) {
    playWithHlsJs(url, stream);
  } else if (video.canPlayType('application/vnd.apple.mpegurl') !== '') {
    video.src = url;
    void video.play();
  } else {
    say('This browser can play neither Media Source Extensions nor HLS.');
  }
}

function playWithHlsJs(url: string, stream: string): void {
  const player = new Hls({
    lowLatencyMode: true,
    backBufferLength: 30,
    // Back toward the live edge by a little more speed, rather than by a jump.
    maxLiveSyncPlaybackRate: 1.1,
    liveSyncOnStallIncrease: 0.2,
  });
  hls = player;
  player.on(Events.ERROR, (_event, data) => onError(player, data, stream));
  player.on(Events.MANIFEST_PARSED, () => {
    say('');
    void video.play();
  });
  player.on(Events.FRAG_BUFFERED, () => say(''));
  player.attachMedia(video);
  player.loadSource(url);
}

function onError(player: Hls, data: ErrorData, stream: string): void {
  if (data.details === Hls.ErrorDetails.BUFFER_STALLED_ERROR) stalls += 1;
  if (!data.fatal) return;
  console.warn('player:', data.type, data.details, data.response?.code ?? '', data.reason ?? '');
  if (data.type === Hls.ErrorTypes.MEDIA_ERROR) {
    player.recoverMediaError();
    return;
  }
  say(plainWords(data.details, data.response?.code));
  retry = window.setTimeout(() => play(stream), STALL_RETRY_MS);
}

/** Seconds between the picture's own wall clock (EXT-X-PROGRAM-DATE-TIME) and now. */
function latency(): number | null {
  const playing = hls?.playingDate;
  if (playing != null) return (Date.now() - playing.getTime()) / 1000;
  return hls !== null && hls.latency > 0 ? hls.latency : null;
}

function rendition(): string {
  const level = hls?.levels[hls.currentLevel];
  if (level === undefined) return '–';
  const parts = [];
  if (level.height > 0) parts.push(`${level.width}×${level.height}`);
  if (level.frameRate > 0) parts.push(`${Number(level.frameRate.toFixed(2))} fps`);
  const codecs = [level.videoCodec, level.audioCodec].filter(Boolean).join(' + ');
  if (codecs !== '') parts.push(codecs);
  return parts.join(', ');
}

function buffered(): number {
  for (let i = 0; i < video.buffered.length; ++i) {
    if (video.buffered.start(i) <= video.currentTime && video.currentTime <= video.buffered.end(i)) {
      return video.buffered.end(i) - video.currentTime;
    }
  }
  return 0;
}

function showFacts(): void {
  const seconds = latency();
  element('latency').textContent = seconds === null ? '–' : `${seconds.toFixed(2)} s`;
  element('rendition').textContent = rendition();
  element('buffer').textContent = `${buffered().toFixed(2)} s`;
  element('stalls').textContent = String(stalls);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const stream = streamBox.value.trim().replace(/^\/+|\/+$/g, '');
  if (!/^[^/]+\/[^/]+$/.test(stream)) {
    say('Write the stream as application/name, for instance app/stream.');
    return;
  }
  history.replaceState(null, '', `?stream=${encodeURIComponent(stream).replaceAll('%2F', '/')}`);
  play(stream);
});

window.setInterval(showFacts, 250);

const asked = new URLSearchParams(location.search).get('stream');
streamBox.value = asked ?? 'app/stream';
if (asked !== null) play(asked);
