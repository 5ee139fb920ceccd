declare module 'get-jwks' {
  interface GetJwks {
    getPublicKey(signature: { kid: string; alg: string; domain: string }): Promise<string>;
  }
  export default function buildGetJwks(options: { ttl: number; jwksPath: string }): GetJwks;
}
