/** A JSON object of any content. */
export type Fields = { readonly [name: string]: unknown };

/** A number as a gateway written in JavaScript or Java turns it into text. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** The beginning of a list or an object in JSON, as base64url. */
const ENCODED = /^(?:W[yz123]|e[y3])[\w-]*$/;

/**
 * Decodes a context: gateways turn numbers and booleans into text, and the authorizer turns lists and objects into the
 * base64url of their JSON. Its key `textKeys` names the texts that look like another value.
 */
export function decodeContext({ textKeys, ...context }: Fields): Fields {
  const texts = typeof textKeys === 'string' ? textKeys.split(' ').map(decodedKey) : [];
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, texts.includes(key) ? value : decoded(value)]),
  );
}

function decodedKey(key: string): string {
  return key.replace(/%2[05]/g, (escaped) => (escaped === '%20' ? ' ' : '%'));
}

function decoded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  if (NUMBER.test(value)) return Number(value);
  return ENCODED.test(value) ? fromBase64(value) : value;
}

/** The text itself if it only looks like base64url of JSON. */
function fromBase64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return text;
  }
}
