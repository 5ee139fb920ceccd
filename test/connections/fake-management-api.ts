/** A client of the management API in memory, whose errors have the form of the SDK's. */
export class FakeManagementApi {
  /** Ids that were asked to be closed, in this order. */
  readonly asked: string[] = [];
  /** Status of the error by connection id; any other connection is closed. */
  readonly errors = new Map<string, number>();
  /** Most requests; further ones are throttled. */
  quota = Number.POSITIVE_INFINITY;

  readonly deleteConnection = async ({ ConnectionId }: { readonly ConnectionId: string }): Promise<void> => {
    this.asked.push(ConnectionId);
    const status = this.asked.length > this.quota ? 429 : this.errors.get(ConnectionId);
    if (status === undefined) return;
    throw Object.assign(new Error(`status ${status}`), { $metadata: { httpStatusCode: status } });
  };
}
