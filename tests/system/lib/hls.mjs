// A strict little reader of playlists.

export async function get(url, options = {}) {
  const response = await fetch(url, {signal: AbortSignal.timeout(30_000), ...options});
  const body = Buffer.from(await response.arrayBuffer());
  return {status: response.status, headers: response.headers, body, text: body.toString('utf8'), url};
}

export async function getOk(url, options = {}) {
  const answer = await get(url, options);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return answer;
}

function attributes(text) {
  const found = {};
  for (const [, name, quoted, plain] of text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)) {
    found[name] = quoted ?? plain;
  }
  return found;
}

export function parseMultivariant(text) {
  const lines = text.split('\n');
  const media = lines.filter((l) => l.startsWith('#EXT-X-MEDIA:')).map((l) => attributes(l.slice(13)));
  const variants = [];
  lines.forEach((line, i) => {
    if (line.startsWith('#EXT-X-STREAM-INF:')) variants.push({...attributes(line.slice(18)), uri: lines[i + 1]});
  });
  return {media, variants};
}

/** Segments with their numbers, parts, and the open end. */
export function parseMedia(text) {
  const playlist = {segments: [], reports: [], ended: false};
  let segment = {parts: []};
  const open = () => segment;
  for (const line of text.split('\n')) {
    const [, tag, value] = /^#(EXT[A-Z0-9-]*)(?::(.*))?$/.exec(line) ?? [];
    if (tag === 'EXT-X-TARGETDURATION') playlist.targetDuration = Number(value);
    else if (tag === 'EXT-X-MEDIA-SEQUENCE') playlist.mediaSequence = Number(value);
    else if (tag === 'EXT-X-DISCONTINUITY-SEQUENCE') playlist.discontinuitySequence = Number(value);
    else if (tag === 'EXT-X-PART-INF') playlist.partTarget = Number(attributes(value)['PART-TARGET']);
    else if (tag === 'EXT-X-SERVER-CONTROL') playlist.control = attributes(value);
    else if (tag === 'EXT-X-MAP') playlist.map = (open().map = attributes(value).URI);
    else if (tag === 'EXT-X-PROGRAM-DATE-TIME') open().date = value;
    else if (tag === 'EXT-X-DISCONTINUITY') open().discontinuity = true;
    else if (tag === 'EXT-X-GAP') open().gap = true;
    else if (tag === 'EXT-X-PART') open().parts.push(attributes(value));
    else if (tag === 'EXT-X-PRELOAD-HINT') playlist.hint = attributes(value).URI;
    else if (tag === 'EXT-X-RENDITION-REPORT') playlist.reports.push(attributes(value));
    else if (tag === 'EXT-X-ENDLIST') playlist.ended = true;
    else if (tag === 'EXTINF') segment.duration = Number.parseFloat(value);
    else if (line !== '' && !line.startsWith('#')) {
      segment.uri = line;
      segment.number = playlist.mediaSequence + playlist.segments.length;
      playlist.segments.push(segment);
      segment = {parts: []};
    }
  }
  playlist.open = {...segment, number: playlist.mediaSequence + playlist.segments.length};
  return playlist;
}

/** The newest (segment number, part) a playlist lists. */
export function newestPart(playlist) {
  for (const segment of [...playlist.segments, playlist.open].reverse()) {
    if (segment.parts.length > 0) return {number: segment.number, part: segment.parts.length - 1};
  }
  return undefined;
}

/** The chunklists of a stream: [{type, url}], video first. */
export async function chunklists(url) {
  const {variants, media} = parseMultivariant((await getOk(url)).text);
  const found = [{type: 'video', url: new URL(variants[0].uri, url).href}];
  for (const rendition of media.filter((m) => m.URI !== undefined)) {
    found.push({type: rendition.TYPE.toLowerCase(), url: new URL(rendition.URI, url).href});
  }
  return found;
}
