import type { KeyStore } from '../lib/index.ts';

/** A store in memory, in place of a DynamoDB table. It holds one text, the list of revoked tokens. */
export class RevocationStore implements KeyStore {
  #record: string | null = null;

  async read(): Promise<string | null> {
    return this.#record;
  }

  async write(_id: string, record: string): Promise<void> {
    this.#record = record;
  }

  /** Only fetched keys need leases. */
  async lease(): Promise<boolean> {
    return true;
  }

  async update(_id: string, expected: string | null, record: string): Promise<boolean> {
    if (this.#record !== expected) return false;
    this.#record = record;
    return true;
  }
}
