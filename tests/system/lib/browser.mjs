// Headless Chromium, driven by playwright-core.
import {chromium} from 'playwright-core';

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

/** Opens the player page of `edge` on a stream, and collects what the page reports. */
export async function openPlayer(t, edge, stream) {
  const browser = await openBrowser(t);
  const page = await browser.newPage({viewport: {width: 1000, height: 800}});
  page.complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(`${edge.base}/?stream=${stream}`);
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
