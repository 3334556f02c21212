// Waiting for a condition, never for a time.

/** Calls `condition` until it gives something true, and returns that. */
export async function until(what, seconds, condition, everyMs = 50) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${seconds} s for ${what}${last ? `: ${last.message}` : ''}`);
    }
    await pause(everyMs);
  }
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
