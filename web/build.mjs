// Bundles the player page into one HTML file, with script and style inside: the edge carries it in
// its own binary, and a viewer's browser loads nothing from anywhere else.
//
//   node web/build.mjs OUTPUT.html
import {build} from 'esbuild';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2] ?? join(web, '../build/web/player.html');

const bundled = await build({
  entryPoints: [join(web, 'player/player.ts')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2021',
  write: false,
});
const script = bundled.outputFiles[0].text.replaceAll('</script', '<\\/script');
const style = await readFile(join(web, 'player/player.css'), 'utf8');
const page = await readFile(join(web, 'player/index.html'), 'utf8');
const whole = page
    .replace('<!-- style -->', () => `<style>\n${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`);
await mkdir(dirname(output), {recursive: true});
await writeFile(output, whole);
console.log(`${output}: ${(whole.length / 1024).toFixed(0)} KB`);
