// Headless Chromium, driven by playwright-core.
import {join} from 'node:path';

import {chromium} from 'playwright-core';

import {root} from './weir.mjs';

export async function openBrowser(t) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-background-networking', '--disable-component-update', '--disable-sync',
           '--autoplay-policy=no-user-gesture-required', '--disable-dev-shm-usage'],
  });
  t.after(() => browser.close());
  return browser;
}

/** Opens the player page of `edge` on a stream, by any certificate, and collects what the page reports. */
export async function openPlayer(t, edge, stream, base = edge.base) {
  const browser = await openBrowser(t);
  const page = await browser.newPage({viewport: {width: 1000, height: 800}, ignoreHTTPSErrors: true});
  page.complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(`${base}/?stream=${stream}`);
  page.playing = () => page.evaluate(() => {
    const number = (id) => Number.parseFloat(document.getElementById(id).textContent);
    const video = document.getElementById('video');
    return {
      time: video.currentTime,
      width: video.videoWidth,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      latency: number('latency'),
      stalls: number('stalls'),
      message: document.getElementById('message').hidden ? '' : document.getElementById('message').textContent,
      rendition: document.getElementById('rendition').textContent,
    };
  });
  return page;
}

/** Plays a playlist with hls.js alone, on an empty page. `options` are those of hls.js. */
export async function openHls(t, url, options = {}) {
  const browser = await openBrowser(t);
  const page = await browser.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.setContent('<video id="video" muted autoplay></video>');
  await page.addScriptTag({path: join(root, 'node_modules/hls.js/dist/hls.min.js')});
  await page.evaluate(({url, options}) => {
    window.faults = [];
    window.hls = new window.Hls(options);
    window.hls.on(window.Hls.Events.ERROR, (_event, data) => window.faults.push(`${data.details} ${data.fatal}`));
    window.hls.attachMedia(document.getElementById('video'));
    window.hls.loadSource(url);
  }, {url, options});
  page.playing = () => page.evaluate(() => {
    const video = document.getElementById('video');
    const seekable = video.seekable;
    return {
      time: video.currentTime,
      width: video.videoWidth,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      seekableFrom: seekable.length > 0 ? seekable.start(0) : undefined,
      seekableTo: seekable.length > 0 ? seekable.end(0) : undefined,
      faults: window.faults,
    };
  });
  page.seek = (time) => page.evaluate((to) => { document.getElementById('video').currentTime = to; }, time);
  return page;
}
