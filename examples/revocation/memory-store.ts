import type { KeyStore } from 'middy-auth0-authorizer';

/** The table for the tests, in memory. */
export function memoryStore(): Required<KeyStore> {
  const records = new Map<string, string>();
  return {
    read: async (id) => records.get(id) ?? null,
    write: async (id, record) => void records.set(id, record),
    lease: async () => true,
    update: async (id, expected, record) => {
      if ((records.get(id) ?? null) !== expected) return false;
      records.set(id, record);
      return true;
    },
  };
}
