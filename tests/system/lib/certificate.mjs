// Self-signed certificates.
import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';

import {run} from './process.mjs';

/** Makes a certificate and its key for `names` ("IP:127.0.0.1,DNS:a.example"), over the old ones where there are any. */
export async function makeCertificate(t, folder, name, names = 'IP:127.0.0.1') {
  const paths = {certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`)};
  const made = await run(t, 'openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', `subjectAltName=${names}`, '-keyout', paths.key, '-out', paths.certificate,
  ]);
  assert.equal(made.code, 0, made.output);
  return {...paths, pem: await readFile(paths.certificate)};
}

/** A <TLS> element. */
export function tlsXml({certificate, key}) {
  return `<TLS><CertPath>${certificate}</CertPath><KeyPath>${key}</KeyPath></TLS>`;
}
