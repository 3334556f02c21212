// RTMPS from the encoder, and TLS on the relay.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import test from 'node:test';

import {publish} from './lib/ffmpeg.mjs';
import {get, getOk} from './lib/hls.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {freePort, startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

async function makeCertificate(t, folder, name) {
  const paths = {certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`)};
  const made = await run(t, 'openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=test',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', paths.key, '-out', paths.certificate,
  ]);
  assert.equal(made.code, 0, made.output);
  return paths;
}

test('an encoder by RTMPS, an edge by TLS, and one that does not trust the origin', async (t) => {
  const folder = await temporaryFolder(t);
  const {certificate, key} = await makeCertificate(t, folder, 'origin');
  const other = await makeCertificate(t, folder, 'other');
  const rtmps = await freePort();
  const files = `<CertPath>${certificate}</CertPath><KeyPath>${key}</KeyPath>`;
  const origin = await startOrigin(t, {
    edit: (xml) => xml.replace(/(<RTMP><Port>\d+<\/Port>)/, `$1<TLSPort>${rtmps}</TLSPort>`)
        .replace('</Names></Host>', `</Names><TLS>${files}</TLS></Host>`)
        .replace('<Relay>', `<Relay><TLS>${files}</TLS>`),
  });
  const trusting = (ca) => ({edit: (xml) => xml.replace('<Relay>', `<Relay><TLS><CACertPath>${ca}</CACertPath></TLS>`)});
  const edge = await startEdge(t, origin, trusting(certificate));
  const encoder = publish(t, `rtmps://127.0.0.1:${rtmps}/app/secret`);
  await until('the stream', 30, async () => {
    assert.equal(encoder.ended, undefined, encoder.output);
    return await getOk(edge.url('secret'));
  });
  assert.match(origin.output, /published by .* over rtmp/);

  const wary = await startEdge(t, origin, trusting(other.certificate));
  assert.equal((await get(wary.url('secret'))).status, 503);
  assert.match(wary.output, /certificate/i);
});
