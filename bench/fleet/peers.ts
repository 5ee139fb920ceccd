import { MINUTE, SECOND } from './day.ts';
import type { Environment, Policy, World } from './policy.ts';

/**
 * Models of the peers with their defaults: short, and without promises, so that a minute suffices for ten thousand of
 * them. `check-peers.ts` compares each with the real library.
 */

/** `createRemoteJWKSet` of jose: 10 minutes fresh, a cooldown of 30 s after a success, nothing stale. */
function jose({ clock, auth0 }: World): Environment {
  let kids: readonly string[] | null = null;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  const reload = () => {
    const reply = auth0.ask(clock.now());
    if (reply.status !== 200) return false;
    kids = reply.kids;
    fetchedAt = clock.now();
    return true;
  };
  return {
    verify(kid) {
      if ((kids === null || clock.now() >= fetchedAt + 10 * MINUTE) && !reload()) return false;
      if (kids?.includes(kid)) return true;
      if (clock.now() < fetchedAt + 30 * SECOND) return false;
      return reload() && (kids as readonly string[]).includes(kid);
    },
  };
}

/** The default cache of aws-jwt-verify: keys never expire, a pause of 10 s after an unknown key. */
function awsJwtVerify({ clock, auth0 }: World): Environment {
  let kids: readonly string[] = [];
  let penaltyUntil = Number.NEGATIVE_INFINITY;
  return {
    verify(kid) {
      if (kids.includes(kid)) return true;
      if (clock.now() < penaltyUntil) return false;
      const reply = auth0.ask(clock.now());
      if (reply.status !== 200) return false;
      kids = reply.kids;
      if (kids.includes(kid)) return true;
      penaltyUntil = clock.now() + 10 * SECOND;
      return false;
    },
  };
}

/** jwks-rsa: 5 keys, each for 10 minutes; one request for each unknown key. */
function jwksRsa({ clock, auth0 }: World): Environment {
  const until = new Map<string, number>();
  return {
    verify(kid) {
      // Its cache includes the last millisecond.
      if (clock.now() <= (until.get(kid) ?? Number.NEGATIVE_INFINITY)) return true;
      const reply = auth0.ask(clock.now());
      if (!reply.kids?.includes(kid)) return false;
      until.set(kid, clock.now() + 10 * MINUTE);
      return true;
    },
  };
}

interface Entry {
  readonly isGood: boolean;
  readonly until: number;
}

/** get-jwks: each key for a minute, and for another minute if the next answer is an error. */
function getJwks({ clock, auth0 }: World): Environment {
  const fresh = new Map<string, number>();
  const spare = new Map<string, Entry>();
  return {
    verify(kid) {
      const now = clock.now();
      const until = fresh.get(kid);
      if (until !== undefined && now <= until) return true;
      if (until !== undefined) {
        fresh.delete(kid);
        spare.set(kid, { isGood: true, until: now + MINUTE });
      }
      if (auth0.ask(now).kids?.includes(kid)) {
        fresh.set(kid, now + MINUTE);
        return true;
      }
      const last = spare.get(kid);
      const isGood = last !== undefined && now <= last.until && last.isGood;
      spare.set(kid, { isGood, until: now + MINUTE });
      return isGood;
    },
  };
}

const peer = (name: string, environment: (world: World) => Environment): Policy => ({
  name,
  kind: 'model',
  start: (world) => () => environment(world),
});

export const PEERS: readonly Policy[] = [
  peer('jose', jose),
  peer('aws-jwt-verify', awsJwtVerify),
  peer('jwks-rsa', jwksRsa),
  peer('get-jwks', getJwks),
];
