type NodeCrypto = typeof import('node:crypto');

/**
 * Node's own module, loaded at the first call. An ESM import would load it before anything else happens, which holds up
 * a cold start by milliseconds; this way it loads while the request for the keys is on its way.
 */
export function nodeCrypto(): NodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}

/** To ask for it by name takes longer than to hash a short token. */
let loaded: NodeCrypto | undefined;
