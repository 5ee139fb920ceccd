export type { ProofAlgorithm } from './binding/dpop/proof-key.ts';
export { type DpopOptions, dpop } from './binding/dpop.ts';
export type { BindingMode } from './binding/mode.ts';
export { type CertificateHeader, type MtlsOptions, mtls } from './binding/mtls.ts';
export type { ReplayStore } from './jwks/replay-store.ts';
export type { HeaderProof } from './rules/kinds/header-proof.ts';
export type {
  BindingCaching,
  BoundRequest,
  BoundUse,
  ConfirmationMember,
  TokenBinding,
} from './token/binding.ts';
