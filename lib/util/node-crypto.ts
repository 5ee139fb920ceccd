type NodeCrypto = typeof import('node:crypto');

/**
 * Loads `node:crypto` at the first call. An ESM import would load it first of all and delay a cold start by
 * milliseconds. This way it loads while the request for the keys is under way.
 */
export function nodeCrypto(): NodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}

/** Kept, because `getBuiltinModule` takes longer than hashing a short token. */
let loaded: NodeCrypto | undefined;
