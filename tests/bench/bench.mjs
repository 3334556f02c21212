// Runs the measurements and prints their figures.
//
//   node tests/bench/bench.mjs [NAME...]
import {api} from './api.mjs';
import {cdnNginx, cdnVarnish} from './cdn.mjs';
import {edge} from './edge.mjs';
import {ingest} from './ingest.mjs';
import {latency} from './latency.mjs';
import {parked} from './parked.mjs';
import {push} from './push.mjs';
import {relay} from './relay.mjs';
import {viewers} from './viewers.mjs';

const benches = {ingest, relay, latency, edge, parked, push, viewers, api, 'cdn-varnish': cdnVarnish, 'cdn-nginx': cdnNginx};
// "cdn" is both of them.
const asked = process.argv.slice(2).flatMap((name) => (name === 'cdn' ? ['cdn-varnish', 'cdn-nginx'] : [name]));
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  if (benches[name] === undefined) {
    console.error(`bench: there is no measurement '${name}': ${Object.keys(benches).join(', ')}`);
    process.exit(2);
  }
}
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  console.log(`\n== ${name}`);
  await benches[name]();
}
