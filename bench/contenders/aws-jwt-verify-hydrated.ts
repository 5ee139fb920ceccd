import { verifierFor } from './aws-jwt-verify.ts';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

/** Fetches the keys before the handler exists, as its README shows. */
export async function create(settings: Settings): Promise<Handler> {
  const verifier = verifierFor(settings);
  await verifier.hydrate();
  return async (event) => allow(event, await verifier.verify(bearerOf(event)));
}
