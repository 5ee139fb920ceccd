// Encrypted tokens (JWE).

export { type Decryption, decryption } from './token/decryption/decryption.ts';
export type {
  ContentAlgorithm,
  DecryptionKey,
  DecryptionOptions,
  FindDecryptionKey,
  KeyAlgorithm,
  RemoteDecryptionKey,
} from './token/decryption/decryption-options.ts';
