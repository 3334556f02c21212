// RTMPS from the encoder, and TLS on the relay.
import assert from 'node:assert/strict';
import test from 'node:test';

import {makeCertificate, tlsXml} from './lib/certificate.mjs';
import {publish} from './lib/ffmpeg.mjs';
import {get, getOk} from './lib/hls.mjs';
import {run} from './lib/process.mjs';
import {until} from './lib/wait.mjs';
import {freePort, startEdge, startOrigin, temporaryFolder} from './lib/weir.mjs';

test('an encoder by RTMPS, an edge by TLS, and one that does not trust the origin', async (t) => {
  const folder = await temporaryFolder(t);
  const {certificate, key} = await makeCertificate(t, folder, 'origin');
  const other = await makeCertificate(t, folder, 'other');
  const second = await makeCertificate(t, folder, 'second');
  const rtmps = await freePort();
  const files = `<CertPath>${certificate}</CertPath><KeyPath>${key}</KeyPath>`;
  const origin = await startOrigin(t, {
    edit: (xml) => xml.replace(/(<RTMP><Port>\d+<\/Port>)/, `$1<TLSPort>${rtmps}</TLSPort>`)
        .replace('</Names></Host>', `</Names><TLS>${files}</TLS></Host>`)
        .replace('</VirtualHost></VirtualHosts>', `</VirtualHost><VirtualHost><Name>second</Name><Host>
            <Names><Name>second.example</Name></Names>${tlsXml(second)}</Host></VirtualHost></VirtualHosts>`)
        .replace('<Names><Name>*</Name>', '<Names><Name>127.0.0.1</Name><Name>first.example</Name>')
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

  // A name of another virtual host gets that one's certificate.
  const shown = async (name) => (await run(t, 'openssl', ['s_client', '-connect', `127.0.0.1:${rtmps}`, '-servername', name], 10)).output;
  assert.match(await shown('second.example'), /subject=CN = second/);
  assert.match(await shown('first.example'), /subject=CN = origin/);

  const wary = await startEdge(t, origin, trusting(other.certificate));
  assert.equal((await get(wary.url('secret'))).status, 503);
  assert.match(wary.output, /certificate/i);
});
