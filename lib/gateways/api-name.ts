import type { AuthorizationRequest } from './gateway.ts';

/** The API and its stage, `a1b2c3d4e5/prod`; the API alone if it has no stages; `null` if the event names no API. */
export function apiOf({ apiId, stage }: Pick<AuthorizationRequest, 'apiId' | 'stage'>): string | null {
  return apiId === null || stage === null ? apiId : `${apiId}/${stage}`;
}
