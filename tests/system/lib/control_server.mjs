// A control server for admission webhooks, as an operator would write one.
import {createHmac} from 'node:crypto';
import {createServer} from 'node:http';

/**
 * Listens on a port of its own. `answer(question)` gives the JSON to answer with, or undefined to
 * say nothing at all; it may be changed while the server runs. What it was asked is kept in
 * `.questions`, and signatures that are wrong in `.forged`.
 */
export async function startControlServer(t, {secret, answer, hash = 'sha1'}) {
  const server = {answer, questions: [], forged: 0};
  const http = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const expected = createHmac(hash, secret).update(body).digest('base64url');
    if (request.headers['x-ome-signature'] !== expected) ++server.forged;
    const question = JSON.parse(body);
    server.questions.push(question);
    const said = question.request.status === 'closing' ? {} : server.answer(question);
    if (said === undefined) return;
    const status = said.status ?? 200;
    response.writeHead(status, {'Content-Type': 'application/json'}).end(JSON.stringify(said.body ?? said));
  });
  await new Promise((done) => http.listen(0, '127.0.0.1', done));
  server.url = `http://127.0.0.1:${http.address().port}/admission`;
  server.of = (status) => server.questions.filter((question) => question.request.status === status);
  server.stop = () => new Promise((done) => {
    http.close(done);
    http.closeAllConnections();
  });
  t.after(server.stop);
  return server;
}
