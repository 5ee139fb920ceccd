/** An npm package with OpenAPI documents. */
export interface DocumentPackage {
  readonly name: string;
  readonly version: string;
  /** `dist.integrity` of the registry. */
  readonly integrity: string;
  /** Documents in it, by what they describe. */
  readonly files: Readonly<Record<string, string>>;
}

/** Documents that show one construct each. */
const examples = (...files: readonly string[]) =>
  Object.fromEntries(files.map((file) => [`example ${file}`, file]));

/** Public documents: of APIs, and those that show one construct each. */
export const PACKAGES: readonly DocumentPackage[] = [
  {
    name: '@octokit/openapi',
    version: '23.0.2',
    integrity:
      'sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==',
    files: {
      GitHub: 'generated/api.github.com.json',
      'GitHub Enterprise Cloud': 'generated/ghec.json',
      'GitHub Enterprise Server 3.19': 'generated/ghes-3.19.json',
    },
  },
  {
    name: '@blockfrost/openapi',
    version: '0.1.93',
    integrity:
      'sha512-gC0NOZk+9MSa5aK846gbcU12VqbZwzVpZmgO6314e9ExJo9g3QsMmniplewOhI5fJQVHR0A7lgCVqk/pbK1iKA==',
    files: { Blockfrost: 'openapi.yaml' },
  },
  {
    name: '@dcl/catalyst-api-specs',
    version: '3.8.0',
    integrity:
      'sha512-l0h3Q6O76bMH679FKeeIN3UWix+2D1tC2zSJAx7ROPZ42nZY3m4EGJIr5OI9aJAiYq0T/vTFNp7ypOnUOeBXiA==',
    files: { 'Decentraland Catalyst': 'lib/api.yaml' },
  },
  {
    name: '@digdir/dialogporten-schema',
    version: '1.118.6',
    integrity:
      'sha512-lRlFqAF59sK7U1cm4taIZkXatS2/u12cQ6wgg4lmlS/roTtHCEfvLtNO5oCcfnEy8XeC2ZDEWdbXLRKMDOzc5Q==',
    files: { Dialogporten: 'swagger.verified.json' },
  },
  {
    name: '@directus/specs',
    version: '15.2.0',
    integrity:
      'sha512-JauzDjbFbeoZ9AceWh/pbG/U2R2/5V8jP7Ldp/bpSPbsDu392uXEUQGTfWkowLqgRXtjmGHP5vIZoUJpjqaFPw==',
    files: { Directus: 'dist/openapi.json' },
  },
  {
    name: '@figma/rest-api-spec',
    version: '0.43.0',
    integrity:
      'sha512-sbFm28WM8MsawyLSYO9Ddne+8xytWU5D7oCOOWyzRvLpd9InFHihC37dQBVJVzAVyT7HpwYtU4wlm+ALogC38g==',
    files: { Figma: 'openapi/openapi.yaml' },
  },
  {
    name: '@ideal-postcodes/openapi',
    version: '4.21.0',
    integrity:
      'sha512-QvwrkjQNFYj+drLJ8UKex8mlrPRn7/pii9l5G2X/FFbyisEzZ46524tpm4MphIpqjZHGBgK2gnGgrXQxeDwy+w==',
    files: { 'Ideal Postcodes': 'dist/openapi.json' },
  },
  {
    name: '@redotech/redo-api-schema',
    version: '2.2.693',
    integrity:
      'sha512-D+wADQoQWtyQkMyRPrlPX/y8i+IkomCJTqPTPLDVg3bN2U0JJcq5ltdwtbjag89B1VwS2DT0WIVIrpX04xYHOA==',
    files: { Redo: 'lib/openapi.yaml' },
  },
  {
    name: 'shipengine-openapi',
    version: '1.4.0',
    integrity:
      'sha512-OPyPYD6FQfyx5h9IxCFnUflqS+qkpZkB78uw4KVkFtFY/inaXi0bPcXJz8eaxc3edEvRcxI47bwPZ6Dnu1R7pw==',
    files: { ShipEngine: 'openapi.yaml' },
  },
  {
    name: '@shipengine/connect-fulfillment-provider-api',
    version: '4.6.0',
    integrity:
      'sha512-gXKSVyqh0iJXnrf2Ma8LvG0QXco6d3DcAHdyhhmlCPBdTLAVYi+1sJe64M846KUXFiGa/DC8n1+GgItTP8HPQA==',
    files: { 'ShipEngine Connect': 'spec.json' },
  },
  {
    name: '@scalar/galaxy',
    version: '0.6.12',
    integrity:
      'sha512-406+1YbTRAj1nSSUPLzHOCjQ5mIZbCKUlK2ycgn5JqZJziYXoFrIdBIPdaVh9Sk/33rpdULs3uFaMWT7jBgR7g==',
    files: { 'Scalar Galaxy': 'dist/3.1.yaml' },
  },
  {
    name: '@readme/oas-examples',
    version: '8.2.2',
    integrity:
      'sha512-uytlvlylq3zpemG0h1R7ijlMBCajqXU0VpMI1Iw+j92s77Y/oT6pBf3BZN0lYl0WIGTh7POM4Jdu7L14eCzwXQ==',
    files: {
      ReadMe: '3.1/json/readme.json',
      'ReadMe, former version': '3.0/yaml/readme-legacy.yaml',
      'Star Trek': '3.0/json/star-trek.json',
      'Train Travel': '3.1/yaml/train-travel.yaml',
      ...examples('3.0/json/uspto.json', '3.0/yaml/petstore.yaml', '3.0/json/security-multiple.json'),
      ...examples('3.0/yaml/server-variables.yaml', '3.0/json/server-path-level.json'),
      ...examples('3.0/json/circular-paths.json', '3.1/json/petstore.json', '3.1/yaml/security.yaml'),
      ...examples('3.1/json/parameters-style.json', '3.1/yaml/webhooks.yaml'),
    },
  },
];
