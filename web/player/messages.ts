// What a fault means to the person in front of the page.
import Hls from 'hls.js';

export function plainWords(details: string, status: number | undefined): string {
  if (status === 404) return 'This stream is not live. Trying again …';
  if (status === 401 || status === 403) return 'This stream needs a permission that the address does not carry.';
  if (status === 503) return 'The server cannot serve this stream right now. Trying again …';
  switch (details) {
    case Hls.ErrorDetails.MANIFEST_LOAD_ERROR:
    case Hls.ErrorDetails.LEVEL_LOAD_ERROR:
    case Hls.ErrorDetails.FRAG_LOAD_ERROR:
      return 'The server does not answer. Trying again …';
    case Hls.ErrorDetails.MANIFEST_LOAD_TIMEOUT:
    case Hls.ErrorDetails.LEVEL_LOAD_TIMEOUT:
    case Hls.ErrorDetails.FRAG_LOAD_TIMEOUT:
      return 'The server answers too slowly. Trying again …';
    case Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR:
    case Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR:
      return 'This browser cannot decode the codecs of this stream.';
    default:
      return `Playback failed (${details}). Trying again …`;
  }
}
