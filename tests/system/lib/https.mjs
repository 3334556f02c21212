// An edge with TLS, and HTTP/2 clients for it.
import http2 from 'node:http2';
import tls from 'node:tls';

import {makeCertificate, tlsXml} from './certificate.mjs';
import {freePort, startEdge} from './weir.mjs';

/**
 * Starts an edge with a TLS port. `hosts` are names of virtual hosts with certificates of their own, beside the default one.
 */
export async function startSecureEdge(t, origins, folder, hosts = []) {
  const port = await freePort();
  const certificates = {default: await makeCertificate(t, folder, 'default', 'IP:127.0.0.1,DNS:localhost')};
  let others = '';
  for (const host of hosts) {
    certificates[host] = await makeCertificate(t, folder, host, `DNS:${host}`);
    others += `<VirtualHost><Name>${host}</Name>
      <Host><Names><Name>${host}</Name></Names>${tlsXml(certificates[host])}</Host></VirtualHost>`;
  }
  const edge = await startEdge(t, origins, {
    edit: (xml) => xml.replace(/(<LLHLS><Port>\d+<\/Port>)/, `$1<TLSPort>${port}</TLSPort>`)
        .replace('</Names></Host>', `</Names>${tlsXml(certificates.default)}</Host>`)
        .replace('</VirtualHosts>', `${others}</VirtualHosts>`)
        .replace(/(<VirtualHost>\s*<Name>default[^]*?<\/VirtualHost>)([^]*)<\/VirtualHosts>/, '$2$1</VirtualHosts>'),
  });
  edge.securePort = port;
  edge.secureBase = `https://127.0.0.1:${port}`;
  edge.certificates = certificates;
  edge.makeCertificate = (name, names) => makeCertificate(t, folder, name, names);
  return edge;
}

/** An HTTP/2 connection that ends with the test. */
export async function connect(t, edge, options = {}) {
  const session = http2.connect(edge.secureBase, {ca: edge.certificates.default.pem, ...options});
  t.after(() => session.destroy());
  session.on('error', () => {});
  await new Promise((done, fail) => {
    session.once('remoteSettings', done);
    session.once('error', fail);
    session.once('close', () => fail(new Error('closed')));
  });
  return session;
}

/** Asks for one path and reads the answer. */
export async function ask(session, path, headers = {}, body = undefined) {
  const stream = session.request({':path': path, ...headers}, {endStream: body === undefined});
  if (body !== undefined) stream.end(body);
  return await new Promise((done, fail) => {
    const pieces = [];
    let fields;
    stream.on('response', (got) => (fields = got));
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('error', fail);
    stream.on('end', () => {
      const bytes = Buffer.concat(pieces);
      if (fields === undefined) return fail(new Error('no answer'));
      return done({status: fields[':status'], headers: fields, body: bytes, text: bytes.toString()});
    });
  });
}

/** A bare TLS connection that spoke ALPN "h2" and nothing else yet. */
export async function connectRaw(t, edge, options = {}) {
  const socket = tls.connect({host: '127.0.0.1', port: edge.securePort, ca: edge.certificates.default.pem,
                              ALPNProtocols: ['h2'], ...options});
  t.after(() => socket.destroy());
  socket.received = Buffer.alloc(0);
  socket.closed_ = new Promise((done) => socket.once('close', done));
  socket.on('error', () => {});
  await new Promise((done, fail) => {
    socket.once('secureConnect', done);
    socket.once('error', fail);
  });
  return socket;
}

/** A frame as RFC 9113, 4.1 has it. */
export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const CONTINUATION = 9;
export const END_STREAM = 1;
export const END_HEADERS = 4;

/** What a client begins with. */
export const opening = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)]);

/** The fields of GET `path`, uncompressed (RFC 7541, 6.2.2). */
export function getBlock(path) {
  const text = Buffer.from(path);
  return Buffer.concat([Buffer.from([0x82, 0x87, 0x04, text.length]), text, Buffer.from([0x01, 1, 0x61])]);
}
