// Weir's own programs, each on ports and in a folder of its own.
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

import {start} from './process.mjs';
import {until} from './wait.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const bin = process.env.WEIR_BIN_DIR ?? join(root, 'build/release/bin');
/** Sanitizers make programs slower: deadlines grow by this. */
export const patience = bin.includes('release') ? 1 : 4;

// Below those that the kernel gives to outgoing connections, which could take one between our look
// and its use; and a block for each test file, since several run at once.
const PORTS = {first: 12_000, blocks: 200, each: 100};
const block = PORTS.first + (process.pid % PORTS.blocks) * PORTS.each;
let handedOut = 0;

/** A port nobody listens on; it is not given again soon. */
export async function freePort() {
  for (let tries = 0; tries < PORTS.each; ++tries) {
    const port = block + handedOut++ % PORTS.each;
    if (await isFree(port)) return port;
  }
  throw new Error(`all ports from ${block} on are taken`);
}

async function isFree(port) {
  return await new Promise((done, fail) => {
    const server = createServer();
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? done(false) : fail(error)));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  t.after(() => rm(folder, {recursive: true, force: true, maxRetries: 5}));
  return folder;
}

const server = (type, inside) => `<?xml version="1.0" encoding="UTF-8"?>
<Server version="8">
  <Name>test</Name>
  <Type>${type}</Type>
  <IP>127.0.0.1</IP>
  ${inside}
</Server>
`;

const host = (inside) => `<VirtualHosts><VirtualHost>
    <Name>default</Name>
    <Host><Names><Name>*</Name></Names></Host>
    ${inside}
  </VirtualHost></VirtualHosts>`;

export function originXml({api, rtmp, relay, secret = '', chunk = 0.5, segment = 2, count = 10, silence = 0}) {
  return server('origin', `<Bind>
    <Managers><API><Port>${api}</Port></API></Managers>
    <Providers><RTMP><Port>${rtmp}</Port></RTMP></Providers>
    <Publishers><OVT><Port>${relay}</Port></OVT></Publishers>
  </Bind>
  ${host(`<Applications><Application>
      <Name>app</Name>
      <Type>live</Type>
      <Providers><RTMP><PacketSilenceTimeoutMs>${silence}</PacketSilenceTimeoutMs></RTMP></Providers>
      <Publishers>
        <OVT/>
        <LLHLS>
          <ChunkDuration>${chunk}</ChunkDuration>
          <SegmentDuration>${segment}</SegmentDuration>
          <SegmentCount>${count}</SegmentCount>
        </LLHLS>
      </Publishers>
    </Application></Applications>`)}
  <Weir><Relay><Secret>${secret}</Secret></Relay></Weir>`);
}

export function edgeXml({http, management, origins, secret = '', unusedMs = 60000}) {
  const urls = origins.map((origin) => `<Url>${origin}/</Url>`).join('');
  return server('edge', `<Bind><Publishers><LLHLS><Port>${http}</Port></LLHLS></Publishers></Bind>
  ${host(`<Origins>
      <Properties><UnusedStreamDeletionTimeout>${unusedMs}</UnusedStreamDeletionTimeout></Properties>
      <Origin>
        <Location>/</Location>
        <Pass><Scheme>ovt</Scheme><Urls>${urls}</Urls></Pass>
      </Origin>
    </Origins>
    <Applications><Application>
      <Name>*</Name>
      <Type>live</Type>
      <Providers><OVT/></Providers>
      <Publishers><LLHLS><CrossDomains><Url>*</Url></CrossDomains></LLHLS></Publishers>
    </Application></Applications>`)}
  <Weir>
    <Management><Port>${management}</Port></Management>
    <Relay><Secret>${secret}</Secret></Relay>
  </Weir>`);
}

async function startProgram(t, name, xml, managementPort, folder) {
  const config = join(folder, `${name}.xml`);
  await writeFile(config, xml);
  const program = start(t, join(bin, `weir-${name}`), ['--config', config, '--data', join(folder, 'data')]);
  program.management = `http://127.0.0.1:${managementPort}`;
  program.metrics = async () => await (await fetch(`${program.management}/metrics`)).text();
  /** The value of a metric's first line that has `name` and all of `labels` in it. */
  program.metric = async (metric, ...labels) => {
    const lines = (await program.metrics()).split('\n');
    const line = lines.find((l) => l.startsWith(metric) && labels.every((label) => l.includes(label)));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  try {
    await until(`weir-${name} to be ready`, 10 * patience, async () => {
      if (program.ended !== undefined) throw new Error('it ended');
      return (await fetch(`${program.management}/readyz`)).ok;
    });
  } catch (error) {
    throw new Error(`${error.message}\n${program.output}`);
  }
  return program;
}

/**
 * Starts an origin. `settings.edit` changes its configuration's text. Pass what an earlier one returned as `again` to start
 * it once more in its place.
 */
export async function startOrigin(t, {edit = (xml) => xml, ...settings} = {}, again = undefined) {
  const ports = again?.ports ?? {api: await freePort(), rtmp: await freePort(), relay: await freePort()};
  const folder = again?.folder ?? (await temporaryFolder(t));
  const xml = edit(originXml({...ports, ...settings}));
  const origin = await startProgram(t, 'origin', xml, ports.api, folder);
  return Object.assign(origin, {
    ports,
    folder,
    rtmp: (stream, app = 'app') => `rtmp://127.0.0.1:${ports.rtmp}/${app}/${stream}`,
    relay: `127.0.0.1:${ports.relay}`,
  });
}

export async function startEdge(t, origins, {edit = (xml) => xml, ...settings} = {}) {
  const ports = {http: await freePort(), management: await freePort()};
  const folder = await temporaryFolder(t);
  const xml = edit(edgeXml({...ports, origins: [origins].flat().map((o) => o.relay ?? o), ...settings}));
  const edge = await startProgram(t, 'edge', xml, ports.management, folder);
  return Object.assign(edge, {
    ports,
    folder,
    base: `http://127.0.0.1:${ports.http}`,
    url: (stream, file = 'llhls.m3u8', app = 'app') => `http://127.0.0.1:${ports.http}/${app}/${stream}/${file}`,
  });
}

/** Resident memory of a process, in bytes. */
export async function residentBytes(pid) {
  const {readFile} = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
}
