import { jwtVerify } from 'jose';
import { AUDIENCE, type TestKey } from './issuer.ts';

/** The expectations for both verifiers. */
export interface Expectation {
  readonly issuer: string;
  readonly keys: readonly TestKey[];
  readonly algorithms: readonly string[];
}

/** Claims that this package treats as absent if they are `null`. */
const LEFT_OUT = ['jti', 'cnf', 'azp', 'client_id', 'org_id', 'org_name', 'scope', 'permissions'];

/** The claims of a token that jose accepts, as text; else `null`. */
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
