import {
  withAnotherCertificate,
  withCertificate,
  withLastProof,
  withoutProof,
  withProof,
  withProofForAnotherRoute,
  withProofOfAnotherKey,
} from '../binding.ts';
import type { Step } from './step.ts';

const GET_ORDERS = { api: 'bound', request: 'GET /orders' } as const;

/** Tokens that are bound to a key or a certificate. */
export const BOUND: readonly Step[] = [
  {
    ...GET_ORDERS,
    title: "A token that is bound to the client's key (DPoP), with a proof",
    as: 'dpop',
    proven: withProof,
    expect: { status: 200 },
  },
  {
    ...GET_ORDERS,
    title: 'The same token and the same proof again: a proof is good for one request',
    as: 'dpop',
    kept: true,
    proven: withLastProof,
    expect: { status: 401, code: 'dpop_proof_replayed' },
  },
  {
    ...GET_ORDERS,
    title: 'The bound token without a proof',
    as: 'dpop',
    proven: withoutProof,
    expect: { status: 401, code: 'dpop_proof_missing' },
  },
  {
    ...GET_ORDERS,
    title: 'The stolen token as a bearer token',
    as: 'dpop',
    expect: { status: 401, code: 'dpop_proof_missing' },
  },
  {
    ...GET_ORDERS,
    title: "The stolen token with a proof of the thief's own key",
    as: 'dpop',
    proven: withProofOfAnotherKey,
    expect: { status: 401, code: 'dpop_key_mismatch' },
  },
  {
    ...GET_ORDERS,
    title: 'A proof that was made for another route',
    as: 'dpop',
    proven: withProofForAnotherRoute,
    expect: { status: 401, code: 'dpop_proof_invalid' },
  },
  {
    ...GET_ORDERS,
    title: "A token that is bound to the client's certificate (mutual TLS), with it",
    as: 'certificate',
    proven: withCertificate,
    expect: { status: 200 },
  },
  {
    ...GET_ORDERS,
    title: 'The same over a connection with another certificate',
    as: 'certificate',
    proven: withAnotherCertificate,
    expect: { status: 401, code: 'certificate_mismatch' },
  },
  {
    ...GET_ORDERS,
    title: 'The same without a certificate',
    as: 'certificate',
    expect: { status: 401, code: 'certificate_missing' },
  },
];
