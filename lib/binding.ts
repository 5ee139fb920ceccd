export type { DpopOptions } from './binding/dpop/dpop-options.ts';
export type { ProofAlgorithm } from './binding/dpop/proof-key.ts';
export { dpop } from './binding/dpop.ts';
export { type CertificateHeader, type MtlsOptions, mtls } from './binding/mtls.ts';
export type { ReplayStore } from './jwks/replay-store.ts';
export type { HeaderProof } from './rules/kinds/header-proof.ts';
export type {
  BindingCaching,
  BindingMode,
  BindingTerms,
  BoundRequest,
  BoundUse,
  ConfirmationMember,
  ReplayEvent,
  ReplayLine,
  ReplayNotice,
  TokenBinding,
} from './token/binding.ts';
