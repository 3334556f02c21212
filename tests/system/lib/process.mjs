// Child processes that end with the test that started them.
import {spawn} from 'node:child_process';

/** Starts a program; `t` is the test's context. Its output is kept in `.output`. */
export function start(t, command, args, options = {}) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], ...options});
  const running = {
    child,
    pid: child.pid,
    output: '',
    ended: undefined,
    kill(signal = 'SIGKILL') {
      if (running.ended === undefined) child.kill(signal);
      return running.exit;
    },
  };
  const keep = (data) => {
    running.output = (running.output + data).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  running.exit = new Promise((resolve) => {
    child.on('error', (error) => {
      running.ended = {error};
      resolve(running.ended);
    });
    child.on('exit', (code, signal) => {
      running.ended = {code, signal};
      resolve(running.ended);
    });
  });
  t.after(async () => {
    if (running.ended === undefined) {
      child.kill('SIGCONT');
      await running.kill('SIGKILL');
    }
  });
  return running;
}

/** Runs a program to its end, within `seconds`. */
export async function run(t, command, args, seconds = 30, options = {}) {
  const running = start(t, command, args, options);
  const timer = setTimeout(() => running.kill('SIGKILL'), seconds * 1000);
  const ended = await running.exit;
  clearTimeout(timer);
  return {...ended, output: running.output};
}
