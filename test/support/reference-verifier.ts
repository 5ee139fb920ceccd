import { jwtVerify } from 'jose';
import { AUDIENCE, type TestKey } from './issuer.ts';

/** What the reference and ours are both told to expect. */
export interface Expectation {
  readonly issuer: string;
  readonly keys: readonly TestKey[];
  readonly algorithms: readonly string[];
}

/** Ours counts them as absent when they are `null`. */
const LEFT_OUT = ['jti', 'azp', 'client_id', 'org_id', 'org_name', 'scope', 'permissions'];

/** What jose makes of a token: its claims as text when it accepts it, else `null`. */
export async function referenceClaims(token: string, expected: Expectation): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid, alg }) => {
        const key = expected.keys.find((one) => one.kid === kid && one.algorithm === alg);
        if (key === undefined) throw new Error('unknown key');
        return key.publicKey;
      },
      {
        issuer: expected.issuer,
        audience: AUDIENCE,
        algorithms: [...expected.algorithms],
        clockTolerance: 5,
        requiredClaims: ['exp'],
      },
    );
    for (const name of LEFT_OUT) if (payload[name] === null) delete payload[name];
    return JSON.stringify(payload);
  } catch {
    return null;
  }
}
