// An origin's REST API.
export const token = 'api-token';

/** Turns the API on: for startOrigin's `edit`. */
export const withApi = (xml) => xml.replace('</Bind>', `</Bind>
  <Managers>
    <Host><Names><Name>*</Name></Names></Host>
    <API><AccessToken>${token}</AccessToken></API>
  </Managers>`);

/** Calls it; `path` is below the application. Gives the status, the body, and how long it took. */
export async function call(origin, path, body = undefined, app = 'app') {
  const began = performance.now();
  const answer = await fetch(`${origin.management}/v1/vhosts/default/apps/${app}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(token).toString('base64')}`,
      ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return {status: answer.status, body: text === '' ? undefined : JSON.parse(text), ms: performance.now() - began};
}
