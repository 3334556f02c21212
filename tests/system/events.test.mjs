// Timed data from the API, from files and from publishers to players and pushes: ID3, breaks, splices, SEI, AMF, and the
// end of playlists.
import assert from 'node:assert/strict';
import {rename, writeFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import {join} from 'node:path';
import test from 'node:test';

import {openHls} from './lib/browser.mjs';
import {probe, publish} from './lib/ffmpeg.mjs';
import {chunklists, get, getOk, newestPart, parseMedia, parseMultivariant} from './lib/hls.mjs';
import {PlaylistLint} from './lib/lint.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {bin, originXml, startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

const withApi = (xml) => xml.replace('</Bind>', `</Bind>
  <Managers><Host><Names><Name>*</Name></Names></Host><API><AccessToken>operator:secret</AccessToken></API></Managers>`);

/** Calls an action of the application. */
async function callApp(origin, action, body) {
  return await get(`${origin.management}/v1/vhosts/default/apps/app:${action}`, {
    method: 'POST', body: JSON.stringify(body), headers: {Authorization: `Basic ${btoa('operator:secret')}`},
  });
}

/** An origin with a stream of segments of 1 s, and two edges that have it. */
async function startLive(t, {edit = (xml) => xml, ...encoding} = {}) {
  const origin = await startOrigin(t, {segment: 1, count: 12, edit: (xml) => edit(withApi(xml))});
  const encoder = publish(t, origin.rtmp('live'), {gop: 30, ...encoding});
  const withTs = {edit: (xml) => xml.replace('</CrossDomains></LLHLS>', '</CrossDomains></LLHLS><HLS/>')};
  const edges = [await startEdge(t, origin, withTs), await startEdge(t, origin, withTs)];
  for (const edge of edges) {
    await until('the stream', 30, async () => {
      assert.equal(encoder.ended, undefined, encoder.output);
      return (await get(edge.url('live'))).status === 200;
    });
  }
  const call = async (action, body, stream = 'live') => {
    const {status, text} = await get(`${origin.management}/v1/vhosts/default/apps/app/streams/${stream}:${action}`, {
      method: 'POST', body: JSON.stringify(body), headers: {Authorization: `Basic ${btoa('operator:secret')}`},
    });
    return {status, json: JSON.parse(text)};
  };
  const send = async (eventFormat, ...events) => assert.equal((await call('sendEvent', {eventFormat, events})).status, 200);
  const lists = await chunklists(edges[0].url('live'));
  assert.deepEqual(lists.map((list) => list.type), ['video', 'audio']);
  return {origin, edges, call, send, lists};
}

/** Reads a rendition's whole segments as they come, on both edges, until one has what is looked for. */
async function findMedia(what, url, edges, wanted) {
  const seen = new Set();
  return await until(what, 30, async () => {
    for (const {uri} of parseMedia((await getOk(url)).text).segments) {
      if (seen.has(uri)) continue;
      seen.add(uri);
      const address = new URL(uri, url).href;
      const {body} = await getOk(address);
      if (body.indexOf(wanted) < 0) continue;
      const twin = await getOk(address.replace(edges[0].base, edges[1].base));
      assert.ok(twin.body.equals(body), 'both edges have the same bytes');
      return body;
    }
    return undefined;
  }, 200);
}

/** Follows a rendition on both edges, part by part, until `enough` of a playlist; judges every one. */
async function follow(what, url, {edges, lists}, enough) {
  const others = lists.filter((list) => list.url !== url).map((list) => list.url.split('/').at(-1));
  const lint = new PlaylistLint(others);
  const twin = url.replace(edges[0].base, edges[1].base);
  let {number, part} = newestPart(parseMedia((await getOk(url)).text));
  const text = await until(what, 40, async () => {
    const asked = `?_HLS_msn=${number}&_HLS_part=${part + 1}`;
    const [one, other] = await Promise.all([getOk(url + asked), getOk(twin + asked)]);
    assert.equal(other.text, one.text, asked);
    const playlist = lint.take(one.text);
    ({number, part} = newestPart(parseMedia(one.text)));
    return enough(one.text, playlist) ? one.text : undefined;
  }, 1);
  assert.deepEqual(lint.complaints, []);
  return text;
}

const lines = (text, tag) => text.split('\n').filter((line) => line.startsWith(tag));

test('an ID3 tag reaches hls.js, and both edges have it in the same bytes', async (t) => {
  const {edges, send, lists} = await startLive(t);
  const page = await openHls(t, edges[0].url('live'), {lowLatencyMode: true});
  await page.evaluate(() => {
    window.tags = [];
    window.hls.on(window.Hls.Events.FRAG_PARSING_METADATA, (_event, {samples}) => {
      for (const {data, pts} of samples) window.tags.push({text: new TextDecoder('latin1').decode(data), pts});
    });
  });
  await until('the picture to move', 30, async () => (await page.playing()).time > 1);
  await send('id3v2', {frameType: 'TXXX', info: 'mark', data: 'first of all'}, {frameType: 'TIT2', data: 'a title'});
  const [tag] = await until('the tag', 30, async () => {
    const tags = (await page.evaluate(() => window.tags)).filter(({text}) => text.includes('first of all'));
    return tags.length > 0 ? tags : undefined;
  });
  assert.ok(tag.text.startsWith('ID3'));
  assert.ok(tag.text.includes('TIT2') && tag.text.includes('a title'));
  assert.ok(Math.abs(tag.pts - (await page.playing()).time) < 20, `${tag.pts}`);
  assert.deepEqual((await page.playing()).faults.filter((fault) => / true$/.test(fault)), []);
  for (const {url} of lists) {
    const body = await findMedia('the tag in a segment', url, edges, 'first of all');
    assert.ok(body.indexOf('https://aomedia.org/emsg/ID3') > 0);
    assert.equal(body.indexOf('emsg') < body.indexOf('first of all'), true);
  }
});

test('an ID3 tag has a stream of its own in MPEG-TS, where ffprobe finds it', async (t) => {
  const {edges, send} = await startLive(t);
  const top = edges[0].url('live', 'ts:playlist.m3u8');
  const {variants: [{uri}]} = await until('a playlist', 20, async () => parseMultivariant((await getOk(top)).text));
  await send('id3v2', {frameType: 'TXXX', info: 'mark', data: 'of old players too'});
  const file = join(edges[0].folder, 'tag.ts');
  // What the map says of it; the tag itself is spread over packets.
  const described = Buffer.from('ID3 \xffID3 ', 'latin1');
  await writeFile(file, await findMedia('the tag', new URL(uri, top).href, edges, described));
  const {streams} = await probe(t, file);
  assert.deepEqual(streams.map((stream) => stream.codec_name).sort(), ['aac', 'h264', 'timed_id3']);
  const tag = await run(t, 'ffmpeg', ['-v', 'error', '-i', file, '-map', '0:d', '-c', 'copy', '-f', 'data', 'pipe:1']);
  // FFmpeg takes the first five bytes for a header that other kinds of metadata have.
  assert.match(tag.output, /TXXX.*mark\0of old players too$/s);
});

test('a break cuts both renditions and is told in their playlists', async (t) => {
  const live = await startLive(t);
  const {send, lists} = live;
  await send('cue', {cueType: 'out', duration: 3200});
  const texts = await Promise.all(lists.map(({url}) => follow('the end of the break', url, live,
                                                              (text) => text.includes('#EXT-X-CUE-IN'))));
  const numbers = texts.map((text) => {
    assert.deepEqual(lines(text, '#EXT-X-CUE-OUT'), ['#EXT-X-CUE-OUT:DURATION=3.200']);
    const from = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)[1]);
    const before = (tag) => from + text.slice(0, text.indexOf(tag)).split('\n').filter((line) => line.startsWith('#EXTINF')).length;
    return [before('#EXT-X-CUE-OUT'), before('#EXT-X-CUE-IN')];
  });
  assert.deepEqual(numbers[1], numbers[0], 'video and audio are cut at the same numbers');
});

test('a splice is a date range with its section', async (t) => {
  const live = await startLive(t);
  const {send, lists} = live;
  await send('scte35', {spliceCommand: 'spliceInsert', id: 77, type: 'out', duration: 3200, autoReturn: true});
  const text = await follow('the end of the splice', lists[0].url, live, (now) => now.includes('SCTE35-IN='));
  const ranges = lines(text, '#EXT-X-DATERANGE');
  assert.equal(ranges.length, 2);
  assert.match(ranges[0], /^#EXT-X-DATERANGE:ID="77",START-DATE="[\d-]+T[\d:.]+Z",PLANNED-DURATION=3\.200000,SCTE35-OUT=0xFC30[0-9A-F]+$/);
  assert.match(ranges[1], /^#EXT-X-DATERANGE:ID="77",START-DATE="[\d-]+T[\d:.]+Z",SCTE35-IN=0xFC30[0-9A-F]+$/);
  const started = (range) => /START-DATE="([^"]+)"/.exec(range)[1];
  assert.equal(started(ranges[1]), started(ranges[0]));
  assert.ok(lines(text, '#EXT-X-PROGRAM-DATE-TIME').some((line) => line.endsWith(started(ranges[0]))), 'it begins with a segment');
});

test('SEI goes into the picture', async (t) => {
  const {edges, send, lists} = await startLive(t);
  await send('sei', {seiType: 'UserDataUnregistered', data: 'scored at ${EpochTime}'});
  const body = await findMedia('the message', lists[0].url, edges, 'FMLGRAINCOLOURB\x01');
  assert.match(body.toString('latin1'), /scored at \d{13}\x80/);
});

test('a concluded stream ends on every edge while its publisher goes on', async (t) => {
  const {edges, call, lists} = await startLive(t);
  await until('a few segments', 20, async () => parseMedia((await getOk(lists[0].url)).text).segments.length >= 3);
  assert.equal((await call('concludeHlsLive', {})).status, 200);
  for (const {url} of lists) {
    const texts = await Promise.all(edges.map((edge) => until('ENDLIST', 20, async () => {
      const {text} = await getOk(url.replace(edges[0].base, edge.base));
      return text.includes('#EXT-X-ENDLIST') ? text : undefined;
    })));
    assert.equal(texts[1], texts[0]);
  }
  const again = await call('concludeHlsLive', {});
  assert.equal(again.status, 500);
  assert.match(again.json.message, /Already concluded/);
});

test('what cannot be sent is refused in the words clients know', async (t) => {
  const origin = await startLive(t);
  const refused = async (status, message, action, body, stream) => {
    const answer = await origin.call(action, body, stream);
    assert.deepEqual([answer.status, answer.json.message], [status, `[HTTP] ${message} (${status})`]);
  };
  await refused(400, 'eventFormat(string) and events(array) are required', 'sendEvent', {});
  await refused(400, 'eventFormat is not supported: [smoke]', 'sendEvent', {eventFormat: 'smoke', events: [{}]});
  await refused(400, 'frameType is not supported: [APIC]', 'sendEvent', {eventFormat: 'id3v2', events: [{frameType: 'APIC'}]});
  await refused(400, 'events(array) is required', 'sendEvents', {});
  await refused(404, 'Could not find the stream: [default/#default#app/other]', 'sendEvent', {}, 'other');
  const cue = {eventFormat: 'cue', events: [{cueType: 'in'}]};
  const several = await origin.call('sendEvents', [cue, {}]);
  assert.equal(several.status, 207);
  assert.deepEqual(several.json.map((one) => one.statusCode), [200, 400]);
});

/** What a file of events sends to the stream, in a form that is replaced at once. */
async function writeEvents(file, ...events) {
  await writeFile(`${file}.new`, `<EventInfo>${events.map(([format, values]) => `<Event>
    <SourceStreamName>li*</SourceStreamName><Interval>500</Interval><EventFormat>${format}</EventFormat><Values>${values}</Values>
  </Event>`).join('')}</EventInfo>`);
  await rename(`${file}.new`, file);
}

const withEvents = (file) => (xml) => xml.replace(
    '<Publishers>\n        <OVT/>',
    `<EventGenerator><Enable>true</Enable><Path>${file}</Path></EventGenerator><Publishers><OVT/>`);

test('a file of events is sent again and again, and read again when it changes', async (t) => {
  const file = join(await temporaryFolder(t), 'events.xml');
  await writeEvents(file, ['sei', '<Data>first at ${EpochTime}</Data>'],
                    ['id3v2', '<FrameType>TXXX</FrameType><Info>mark</Info><Data>a title</Data>']);
  const {origin, edges, lists} = await startLive(t, {edit: withEvents(file)});
  const body = await findMedia('the message', lists[0].url, edges, 'first at ');
  // An emulation prevention byte comes between those of the time.
  assert.match(body.toString('latin1'), /FMLGRAINCOLOURB\x01.{8,10}first at \d{13}\x80/s);
  await findMedia('the tag', lists[1].url, edges, 'a title');
  await writeFile(file, '<EventInfo><Event></EventInfo>');
  await until('the warning', 20, () => /its events stay as they are: .*events\.xml:1/.test(origin.output));
  const refused = await callApp(origin, 'restart', {});
  assert.equal(refused.status, 400);
  assert.match(refused.text, /events\.xml:1/);
  await writeEvents(file, ['sei', '<Data>second</Data><KeyframeOnly>true</KeyframeOnly>']);
  const changed = await findMedia('the other message', lists[0].url, edges, 'second');
  assert.equal(changed.toString('latin1').split('second').length - 1, 1, 'the segment has one key frame');
});

test('a file of events that is wrong is told at a start, with its line', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'events.xml');
  await writeFile(file, '<EventInfo>\n<Event><SourceStreamName>*</SourceStreamName><Interval>50</Interval>' +
      '<EventFormat>sei</EventFormat><Values/></Event></EventInfo>');
  const config = join(folder, 'origin.xml');
  await writeFile(config, withEvents('events.xml')(originXml({api: 1, rtmp: 2, relay: 3})));
  const {code, output} = await run(t, join(bin, 'weir-origin'), ['--config', config, '--check']);
  assert.equal(code, 1);
  assert.match(output, /events\.xml:2: EventInfo\/Event\/Interval: 50 is not between 100 and 86400000/);
});

/** Passes on to a port, and keeps what was sent there. */
async function startTap(t, port) {
  const kept = [];
  const sockets = new Set();
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    for (const [one, other] of [[from, to], [to, from]]) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy()).pipe(other);
    }
    from.on('data', (data) => kept.push(data));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {port: server.address().port, count: (text) => Buffer.concat(kept).toString('latin1').split(text).length - 1};
}

/** The highest number behind `text` in a rendition's segments; they are looked at once. */
function follower(url, text) {
  const seen = new Set();
  let highest = -1;
  return async () => {
    for (const {uri} of parseMedia((await getOk(url)).text).segments) {
      if (seen.has(uri)) continue;
      seen.add(uri);
      const {body} = await getOk(new URL(uri, url).href);
      for (const [, number] of body.toString('latin1').matchAll(new RegExp(`${text}(\\d+)`, 'g'))) highest = Math.max(highest, Number(number));
    }
    return highest;
  };
}

test('what a publisher says goes into pushes unless the policy drops it, and becomes ID3', async (t) => {
  const titles = join(await temporaryFolder(t), 'titles.srt');
  const at = (second) => `00:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
  await writeFile(titles, Array.from({length: 300}, (_, i) => `${i + 1}\n${at(i)},000 --> ${at(i)},900\nline ${i}.\n`).join('\n'));
  const edit = (xml) => xml.replace('<OVT/>', '<OVT/><Push/>').replace('</PacketSilenceTimeoutMs>', `</PacketSilenceTimeoutMs><EventGenerator><Event>
      <Trigger>AMFDataMessage.onTextData.text</Trigger>
      <HLSID3v2><EventType>event</EventType><FrameType>TXXX</FrameType><Info>title</Info><Data>heard \${TriggerValue}</Data></HLSID3v2>
    </Event></EventGenerator>`);
  const other = await startOrigin(t);
  const tap = await startTap(t, other.ports.rtmp);
  const {origin, lists, send} = await startLive(t, {
    edit,
    inputs: ['-re', '-i', titles],
    extra: ['-map', '0', '-map', '1', '-map', '2', '-c:s', 'text', '-max_interleave_delta', '200000'],
  });
  const app = async (action, body) => assert.equal((await callApp(origin, action, body)).status, 200);
  await app('startPush', {id: 'one', stream: {name: 'live'}, protocol: 'rtmp', url: `rtmp://127.0.0.1:${tap.port}/app`, streamKey: 'copy'});
  await until('lines in the push', 30, () => tap.count('line ') >= 2);
  assert.ok(tap.count('onTextData') >= 2);

  await app('setEventForwardPolicy', {dropEvent: ['amf']});
  const before = tap.count('line ');
  const heard = follower(lists[0].url, 'heard line ');
  const first = await until('a tag', 20, async () => {
    const highest = await heard();
    return highest >= 0 ? highest : undefined;
  });
  await until('more of them', 30, async () => await heard() >= first + 6);
  await send('amf', {amfType: 'onTextData', data: {text: 'made'}});
  await until('what the API sends', 20, () => tap.count('made') === 1);
  // One may have been under way.
  assert.ok(tap.count('line ') - before <= 1, `${tap.count('line ')} after ${before}`);
  await app('setEventForwardPolicy', {dropEvent: []});
  await until('lines again', 20, () => tap.count('line ') >= before + 3);
});
