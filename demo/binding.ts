import { dpop, mtls } from '../lib/binding.ts';
import { clientCertificate, dpopKey, dpopProof } from '../lib/testing.ts';
import { CERTIFICATE_HEADER, EDGE_SECRET } from './edge.ts';

/** Where clients reach the API: proofs are for this address, whatever the local gateway listens on. */
const ORIGIN = 'https://api.example.com';

const key = dpopKey();
const otherKey = dpopKey();
const certificate = clientCertificate();
const otherCertificate = clientCertificate();

/** The claims that bind a token to the client's key, and to its certificate. */
export const BOUND_TO_KEY = key.cnf;
export const BOUND_TO_CERTIFICATE = certificate.cnf;

/** Checks proofs, and the certificate that CloudFront names in a header. */
export const BINDING = {
  dpop: dpop({ mode: 'allowed', origin: ORIGIN }),
  mtls: mtls({
    mode: 'allowed',
    source: {
      header: 'CloudFront-Viewer-Cert-Sha256',
      encoding: 'sha256-hex',
      proof: { header: EDGE_SECRET.name, secret: EDGE_SECRET.value },
    },
  }),
};

type Headers = Readonly<Record<string, string>>;

let lastProof = '';

const proven = (token: string, proof: string): Headers => ({ Authorization: `DPoP ${token}`, DPoP: proof });

/** With a new proof for `GET /orders`. */
export function withProof(token: string): Headers {
  lastProof = dpopProof({ key, token, url: `${ORIGIN}/orders` });
  return proven(token, lastProof);
}

/** With the proof of the last request. */
export const withLastProof = (token: string): Headers => proven(token, lastProof);

export const withoutProof = (token: string): Headers => ({ Authorization: `DPoP ${token}` });

export const withProofOfAnotherKey = (token: string): Headers =>
  proven(token, dpopProof({ key: otherKey, token, url: `${ORIGIN}/orders` }));

export const withProofForAnotherRoute = (token: string): Headers =>
  proven(token, dpopProof({ key, token, url: `${ORIGIN}/prices` }));

export const withCertificate = (): Headers => ({ [CERTIFICATE_HEADER]: certificate.sha256 });

export const withAnotherCertificate = (): Headers => ({ [CERTIFICATE_HEADER]: otherCertificate.sha256 });
