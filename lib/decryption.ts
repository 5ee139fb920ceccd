// Encrypted tokens (JWE).

export { decryption } from './token/decryption/create-decryption.ts';
export type { Decryption } from './token/decryption/decryption.ts';
export type {
  ContentAlgorithm,
  DecryptionKey,
  DecryptionOptions,
  FindDecryptionKey,
  KeyAlgorithm,
  RemoteDecryptionKey,
} from './token/decryption/decryption-options.ts';
