export { type CertificateHeader, type MtlsOptions, mtls } from './binding/mtls.ts';
export type { HeaderProof } from './rules/kinds/header-proof.ts';
export type { TokenBinding } from './token/binding.ts';
