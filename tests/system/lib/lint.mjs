// A strict reading of playlists: what draft-pantos-hls-rfc8216bis, and Apple's authoring rules, ask of a low-latency
// stream, as far as text shows it. Rules are named by the draft's sections.

const HEAD_TAGS = new Set(['EXTM3U', 'EXT-X-VERSION', 'EXT-X-TARGETDURATION', 'EXT-X-SERVER-CONTROL', 'EXT-X-PART-INF',
                           'EXT-X-MEDIA-SEQUENCE', 'EXT-X-DISCONTINUITY-SEQUENCE']);
const SEGMENT_TAGS = new Set(['EXT-X-DISCONTINUITY', 'EXT-X-MAP', 'EXT-X-PROGRAM-DATE-TIME', 'EXT-X-PART', 'EXT-X-GAP',
                              'EXT-X-CUE-OUT', 'EXT-X-CUE-IN', 'EXTINF']);
const OTHER_TAGS = new Set(['EXT-X-SKIP', 'EXT-X-PRELOAD-HINT', 'EXT-X-RENDITION-REPORT', 'EXT-X-ENDLIST',
                            'EXT-X-DATERANGE']);
/** What must stand before the first part of its segment (4.4.4.9). */
const BEFORE_PARTS = new Set(['EXT-X-DISCONTINUITY', 'EXT-X-MAP', 'EXT-X-PROGRAM-DATE-TIME', 'EXT-X-CUE-OUT', 'EXT-X-CUE-IN']);
/** PROGRAM-DATE-TIME has milliseconds, and follows a clock that is corrected slowly. */
const DATE_SLACK = 0.1;
const EPSILON = 1e-6;

export function attributesOf(value, complain) {
  const found = {};
  let rest = value;
  while (rest !== '') {
    const match = /^([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)/.exec(rest);
    if (match === null) {
      complain(`attributes cannot be read: ${rest}`);
      break;
    }
    if (found[match[1]] !== undefined) complain(`attribute ${match[1]} twice`);
    found[match[1]] = match[2].replaceAll('"', '');
    rest = rest.slice(match[0].length);
  }
  return found;
}

/** Tags of one range add up, and do not contradict each other (4.4.5.1). */
function addRange(ranges, range, complain) {
  if (range.ID === undefined || Number.isNaN(Date.parse(range['START-DATE']))) return complain('a DATERANGE without id or start');
  const known = ranges.get(range.ID) ?? {};
  for (const [name, value] of Object.entries(range)) {
    if ((known[name] ?? value) !== value) complain(`date range ${range.ID} has two ${name}`);
  }
  ranges.set(range.ID, {...known, ...range});
}

/**
 * Reads one media playlist. `before` is the whole one that a delta is of. Complaints are texts.
 *
 * Segments are {number, uri, duration, date, map, discontinuity, gap, parts}; the last may be open (no uri).
 */
export function readPlaylist(text, before = undefined) {
  const complaints = [];
  const complain = (what) => complaints.push(what);
  const playlist = {segments: [], reports: [], hints: [], skipped: 0, ended: false, text, complaints};
  const lines = text.split('\n');
  if (lines.pop() !== '') complain('does not end with a line end');
  if (lines[0] !== '#EXTM3U') complain('does not begin with #EXTM3U');
  const seen = new Map();
  const ranges = new Map();  // by id
  let next;  // the segment whose lines are being read
  let map;
  let discontinuity = 0;
  const segment = () => {
    next ??= {number: playlist.mediaSequence + playlist.segments.length, parts: [], map, discontinuity};
    return next;
  };
  const takeOver = (count) => {
    const old = before?.segments.filter((s) => s.uri !== undefined && s.number >= playlist.mediaSequence) ?? [];
    if (old.length < count || old[0]?.number !== playlist.mediaSequence) return complain('skips what was not there before');
    for (const one of old.slice(0, count)) playlist.segments.push({...one, parts: []});
    ({map, discontinuity} = playlist.segments.at(-1));
  };
  for (const line of lines) {
    if (line === '') {
      complain('has an empty line');
      continue;
    }
    if (!line.startsWith('#')) {
      const whole = segment();
      if (whole.duration === undefined) complain(`${line} has no EXTINF`);
      whole.uri = line;
      playlist.segments.push(whole);
      next = undefined;
      continue;
    }
    const [, tag, value = ''] = /^#([A-Z0-9-]+)(?::(.*))?$/.exec(line) ?? [];
    seen.set(tag, (seen.get(tag) ?? 0) + 1);
    if (HEAD_TAGS.has(tag)) {
      if (seen.get(tag) > 1) complain(`${tag} twice`);
      if (playlist.segments.length > 0 || next !== undefined) complain(`${tag} among the segments`);
    } else if (!SEGMENT_TAGS.has(tag) && !OTHER_TAGS.has(tag)) {
      complain(`unknown line ${line}`);
    }
    if (BEFORE_PARTS.has(tag) && next !== undefined && next.parts.length > 0) complain(`${tag} behind a part (4.4.4.9)`);
    const attributes = () => attributesOf(value, complain);
    switch (tag) {
      case 'EXT-X-VERSION': playlist.version = Number(value); break;
      case 'EXT-X-TARGETDURATION':
        if (!/^\d+$/.test(value)) complain('TARGETDURATION is no whole number');
        playlist.target = Number(value);
        break;
      case 'EXT-X-SERVER-CONTROL': playlist.control = attributes(); break;
      case 'EXT-X-PART-INF': playlist.partTarget = Number(attributes()['PART-TARGET']); break;
      case 'EXT-X-MEDIA-SEQUENCE': playlist.mediaSequence = Number(value); break;
      case 'EXT-X-DISCONTINUITY-SEQUENCE': discontinuity = Number(value); break;
      case 'EXT-X-DISCONTINUITY': discontinuity += 1; segment().discontinuity = discontinuity; break;
      case 'EXT-X-MAP': map = attributes().URI; segment().map = map; break;
      case 'EXT-X-PROGRAM-DATE-TIME': segment().date = Date.parse(value) / 1000; break;
      case 'EXT-X-CUE-OUT':
        if (!/^DURATION=\d+\.\d{3}$/.test(value)) complain(`CUE-OUT:${value} has no duration`);
        segment();
        break;
      case 'EXT-X-CUE-IN': segment(); break;
      case 'EXT-X-DATERANGE': addRange(ranges, attributes(), complain); break;
      case 'EXT-X-GAP': segment().gap = true; break;
      case 'EXTINF': {
        if (!/^\d+\.\d+,$/.test(value)) complain(`EXTINF:${value} is no decimal number`);
        segment().duration = Number.parseFloat(value);
        break;
      }
      case 'EXT-X-PART': {
        const part = attributes();
        segment().parts.push({uri: part.URI, duration: Number(part.DURATION), independent: part.INDEPENDENT === 'YES'});
        break;
      }
      case 'EXT-X-SKIP': {
        if (seen.get(tag) > 1) complain('EXT-X-SKIP twice');
        playlist.skip = attributes();
        playlist.skipped = Number(playlist.skip['SKIPPED-SEGMENTS']);
        takeOver(playlist.skipped);
        break;
      }
      case 'EXT-X-PRELOAD-HINT': playlist.hints.push(attributes()); break;
      case 'EXT-X-RENDITION-REPORT': playlist.reports.push(attributes()); break;
      case 'EXT-X-ENDLIST': playlist.ended = true; break;
      default: break;
    }
  }
  if (next !== undefined) playlist.segments.push(next);
  return playlist;
}

/** The newest [segment number, part] there is. */
export function newest(playlist) {
  for (const segment of [...playlist.segments].reverse()) {
    if (segment.parts.length > 0) return {number: segment.number, part: segment.parts.length - 1};
  }
  return undefined;
}

/** Judges the playlists of one rendition, in the order it was given them. */
export class PlaylistLint {
  /** `others`: the chunklists of all other renditions, as rendition reports name them. */
  constructor(others = []) {
    this.others = others;
    this.complaints = [];
    this.known = new Map();  // by segment number
    this.hinted = 0;
    this.misled = 0;
  }

  /** A whole playlist, as it was answered now. */
  take(text) {
    const playlist = readPlaylist(text);
    const complain = (what) => this.complaints.push(what);
    playlist.complaints.forEach(complain);
    this.#head(playlist, complain);
    for (const segment of playlist.segments) this.#segment(playlist, segment, complain);
    this.#order(playlist, complain);
    this.#tail(playlist, complain);
    if (this.last !== undefined) this.#progress(this.last, playlist, complain);
    this.last = playlist;
    return playlist;
  }

  /** A delta that was answered where `whole` was without one; `before` is what the player has. */
  takeDelta(text, before, whole) {
    const complain = (what) => this.complaints.push(`delta: ${what}`);
    const delta = readPlaylist(text, before);
    delta.complaints.forEach(complain);
    const offered = whole.control?.['CAN-SKIP-UNTIL'] !== undefined;
    if ((delta.skipped > 0) !== offered) complain('is there without CAN-SKIP-UNTIL, or the other way round (6.2.5.1)');
    if (delta.skipped > 0 && delta.version < 9) complain('VERSION below 9 (8.)');
    if (delta.skip?.['RECENTLY-REMOVED-DATERANGES'] !== undefined && delta.version < 10) complain('VERSION below 10 (8.)');
    const shape = (playlist) => JSON.stringify([playlist.target, playlist.mediaSequence, playlist.segments,
                                                playlist.reports, playlist.hints, playlist.ended]);
    if (shape(delta) !== shape(whole)) complain('with what was there before makes another playlist than the whole one');
    const boundary = Number(whole.control?.['CAN-SKIP-UNTIL'] ?? 0);
    const whole_ones = delta.segments.filter((s) => s.uri !== undefined);
    const kept = whole_ones.slice(delta.skipped).reduce((sum, s) => sum + s.duration, 0);
    if (delta.skipped > 0 && kept <= boundary - EPSILON) complain(`keeps ${kept} s of ${boundary} s (4.4.3.8)`);
    return delta;
  }

  #head(playlist, complain) {
    const {control = {}, target, partTarget, version} = playlist;
    const number = (name) => Number(control[name]);
    if (!(version >= 6)) complain('EXT-X-MAP needs VERSION 6 (8.)');
    if (!(target >= 1)) complain('no TARGETDURATION');
    if (!(partTarget > 0)) complain('no PART-TARGET (4.4.3.7)');
    if (control['CAN-BLOCK-RELOAD'] !== 'YES') complain('no CAN-BLOCK-RELOAD');
    if (!(number('PART-HOLD-BACK') >= 3 * partTarget - EPSILON)) complain('PART-HOLD-BACK is less than three parts (4.4.3.8)');
    if (!(number('HOLD-BACK') >= 3 * target)) complain('HOLD-BACK is less than three target durations (4.4.3.8)');
    if (control['CAN-SKIP-UNTIL'] !== undefined && !(number('CAN-SKIP-UNTIL') >= 6 * target))
      complain('CAN-SKIP-UNTIL is less than six target durations (4.4.3.8)');
    if (control['CAN-SKIP-DATERANGES'] !== undefined && control['CAN-SKIP-UNTIL'] === undefined)
      complain('CAN-SKIP-DATERANGES without CAN-SKIP-UNTIL');
    if (playlist.skip !== undefined) complain('EXT-X-SKIP though none was asked for (6.2.5.1)');
    this.target ??= target;
    this.partTarget ??= partTarget;
    if (this.target !== target) complain(`TARGETDURATION changed from ${this.target} to ${target} (4.4.3.1)`);
    if (this.partTarget !== partTarget) complain(`PART-TARGET changed from ${this.partTarget} to ${partTarget}`);
  }

  #segment(playlist, segment, complain) {
    const name = `segment ${segment.number}`;
    if (segment.map === undefined) complain(`${name} has no EXT-X-MAP`);
    if (segment.duration !== undefined && Math.round(segment.duration) > playlist.target)
      complain(`${name}: ${segment.duration} s is longer than the target duration (4.4.3.1)`);
    if (segment.gap !== true && segment.date === undefined) complain(`${name} has no PROGRAM-DATE-TIME`);
    segment.parts.forEach((part, i) => {
      if (!(part.duration <= playlist.partTarget + EPSILON))
        complain(`${name} part ${i}: ${part.duration} s is longer than PART-TARGET (4.4.4.9)`);
      const last = i + 1 === segment.parts.length;
      const excused = part.independent || last || segment.parts[i + 1]?.independent;
      if (!excused && part.duration < 0.85 * playlist.partTarget)
        complain(`${name} part ${i}: ${part.duration} s is less than 85 % of PART-TARGET (4.4.4.9)`);
    });
    if (segment.uri !== undefined && segment.gap !== true && segment.parts.length > 0) {
      const sum = segment.parts.reduce((total, part) => total + part.duration, 0);
      if (Math.abs(sum - segment.duration) > 0.001) complain(`${name}: its parts last ${sum} s, it ${segment.duration} s`);
    }
    this.#sameAsBefore(name, segment, complain);
  }

  /** What was said of a segment holds for ever (6.2.1). */
  #sameAsBefore(name, segment, complain) {
    const before = this.known.get(segment.number);
    this.known.set(segment.number, segment);
    if (before === undefined) return;
    for (const key of ['map', 'date', 'discontinuity']) {
      if (before[key] !== segment[key]) complain(`${name}: ${key} changed from ${before[key]} to ${segment[key]}`);
    }
    for (const key of ['uri', 'duration', 'gap']) {
      if (before.uri !== undefined && before[key] !== segment[key]) complain(`${name}: ${key} changed`);
    }
    const common = Math.min(before.parts.length, segment.parts.length);
    for (let i = 0; i < common; ++i) {
      if (JSON.stringify(before.parts[i]) !== JSON.stringify(segment.parts[i])) complain(`${name}: part ${i} changed`);
    }
    if (segment.parts.length > 0 && segment.parts.length < before.parts.length) complain(`${name} lost some of its parts`);
    if (before.uri !== undefined && segment.uri === undefined) complain(`${name} is not whole any more`);
  }

  #order(playlist, complain) {
    for (const [i, segment] of playlist.segments.entries()) {
      const before = playlist.segments[i - 1];
      if (before === undefined) continue;
      if (before.uri === undefined) complain('a segment behind the open one');
      if (before.parts.length > 0 && segment.parts.length === 0 && segment.gap !== true)
        complain(`parts of ${before.number}, but none of ${segment.number} (6.2.2)`);
      if (segment.discontinuity === before.discontinuity && segment.map !== before.map)
        complain(`EXT-X-MAP changes without a discontinuity at ${segment.number}`);
      if (segment.discontinuity !== before.discontinuity || segment.date === undefined || before.date === undefined) continue;
      const off = segment.date - before.date - before.duration;
      if (Math.abs(off) > DATE_SLACK) complain(`PROGRAM-DATE-TIME of ${segment.number} is ${off.toFixed(3)} s off`);
    }
    let listed = 0;
    for (const segment of [...playlist.segments].reverse()) {
      if (segment.parts.length > 0 && listed > 3 * playlist.target) complain(`parts of ${segment.number} are too old (6.2.2)`);
      if (segment.parts.length === 0 && segment.gap !== true && listed < 3 * playlist.target - EPSILON && segment.uri !== undefined)
        complain(`parts of ${segment.number} are missing (6.2.2)`);
      listed += segment.duration ?? segment.parts.reduce((sum, part) => sum + part.duration, 0);
    }
  }

  #tail(playlist, complain) {
    if (playlist.hints.length > 1) complain('more than one hint (6.2.6)');
    if (playlist.ended && playlist.hints.length > 0) complain('a hint in an ended playlist (4.4.5.3)');
    const reported = playlist.reports.map((report) => report.URI);
    if (JSON.stringify([...reported].sort()) !== JSON.stringify([...this.others].sort()))
      complain(`reports of ${reported} where there are ${this.others} (B.1)`);
    const here = newest(playlist);
    for (const report of playlist.reports) {
      const distance = Math.abs(Number(report['LAST-MSN']) - here?.number);
      if (!(distance <= 1) || !(Number(report['LAST-PART']) >= 0)) complain(`a report that cannot be: ${JSON.stringify(report)}`);
    }
  }

  #progress(before, now, complain) {
    if (now.mediaSequence < before.mediaSequence) complain('MEDIA-SEQUENCE went back (6.2.2)');
    const [was, is] = [newest(before), newest(now)];
    const forward = is.number > was.number || (is.number === was.number && is.part > was.part);
    const closed = now.segments.filter((s) => s.uri !== undefined).length + now.mediaSequence >
        before.segments.filter((s) => s.uri !== undefined).length + before.mediaSequence;
    if (!forward && !closed && !now.ended) complain('a reload was answered with an unchanged playlist (6.2.5.2)');
    for (const report of now.reports) {
      const then = before.reports.find((r) => r.URI === report.URI);
      if (then !== undefined && Number(report['LAST-MSN']) < Number(then['LAST-MSN'])) complain('a report went back');
    }
    const uris = now.segments.flatMap((s) => s.parts.map((p) => p.uri));
    if (before.hints.length === 0 || now.hints[0]?.URI === before.hints[0].URI) return;
    this.hinted += 1;
    if (!uris.includes(before.hints[0].URI)) this.misled += 1;
  }
}

/** What Apple's authoring rules, and the draft (4.4.6), ask of a multivariant playlist. Returns complaints. */
export function lintMultivariant(text) {
  const complaints = [];
  const complain = (what) => complaints.push(what);
  const lines = text.split('\n');
  if (lines[0] !== '#EXTM3U') complain('does not begin with #EXTM3U');
  if (!lines.includes('#EXT-X-INDEPENDENT-SEGMENTS')) complain('no EXT-X-INDEPENDENT-SEGMENTS');
  const groups = new Map();
  for (const line of lines.filter((l) => l.startsWith('#EXT-X-MEDIA:'))) {
    const media = attributesOf(line.slice(13), complain);
    for (const name of ['TYPE', 'GROUP-ID', 'NAME', 'DEFAULT', 'AUTOSELECT', 'URI'])
      if (media[name] === undefined) complain(`EXT-X-MEDIA without ${name}`);
    if (media.TYPE === 'AUDIO' && media.CHANNELS === undefined) complain('audio without CHANNELS');
    const group = groups.get(media['GROUP-ID']) ?? groups.set(media['GROUP-ID'], []).get(media['GROUP-ID']);
    if (group.some((other) => other.NAME === media.NAME)) complain(`two renditions ${media.NAME} in a group (4.4.6.1.1)`);
    group.push(media);
  }
  for (const [id, group] of groups) {
    if (group.filter((media) => media.DEFAULT === 'YES').length !== 1) complain(`group ${id} has not one default`);
  }
  const variants = lines.flatMap((line, i) => line.startsWith('#EXT-X-STREAM-INF:') ?
      [{...attributesOf(line.slice(18), complain), uri: lines[i + 1]}] : []);
  if (variants.length === 0) complain('no variant');
  for (const variant of variants) {
    for (const name of ['BANDWIDTH', 'AVERAGE-BANDWIDTH', 'CODECS'])
      if (variant[name] === undefined) complain(`a variant without ${name}`);
    if (Number(variant['AVERAGE-BANDWIDTH']) > Number(variant.BANDWIDTH)) complain('an average above the peak');
    if (/avc1|hvc1|av01/.test(variant.CODECS ?? '')) {
      for (const name of ['RESOLUTION', 'FRAME-RATE', 'VIDEO-RANGE', 'CLOSED-CAPTIONS'])
        if (variant[name] === undefined) complain(`a variant with a picture without ${name}`);
    }
    if (variant.AUDIO !== undefined && !groups.has(variant.AUDIO)) complain(`no group ${variant.AUDIO}`);
    if (!variant.uri || variant.uri.startsWith('#')) complain('a variant without URI');
  }
  return complaints;
}

function* boxes(buffer, start = 0, end = buffer.length) {
  for (let at = start; at + 8 <= end;) {
    const size = buffer.readUInt32BE(at);
    if (size < 8) return;
    yield {type: buffer.toString('latin1', at + 4, at + 8), body: at + 8, end: at + size};
    at += size;
  }
}

function inside(buffer, [type, ...rest], start, end) {
  const found = [...boxes(buffer, start, end)].find((box) => box.type === type);
  return found === undefined || rest.length === 0 ? found : inside(buffer, rest, found.body, found.end);
}

/** Whether a part's first sample is a key frame, by its own flags (ISO/IEC 14496-12 8.8.8). */
export function startsWithKey(part) {
  const trun = inside(part, ['moof', 'traf', 'trun']);
  const tfhd = inside(part, ['moof', 'traf', 'tfhd']);
  const flags = part.readUInt32BE(trun.body) & 0xffffff;
  let at = trun.body + 8 + (flags & 0x1 ? 4 : 0);
  const notSync = (value) => (value & 0x10000) !== 0;
  if (flags & 0x4) return !notSync(part.readUInt32BE(at));
  if (flags & 0x400) {
    at += (flags & 0x100 ? 4 : 0) + (flags & 0x200 ? 4 : 0);
    return !notSync(part.readUInt32BE(at));
  }
  const given = part.readUInt32BE(tfhd.body) & 0xffffff;
  if ((given & 0x20) === 0) return true;
  const before = [0x1, 0x2, 0x8, 0x10].reduce((sum, bit) => sum + (given & bit ? (bit === 0x1 ? 8 : 4) : 0), 0);
  return !notSync(part.readUInt32BE(tfhd.body + 8 + before));
}
