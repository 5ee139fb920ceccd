/** What guards an API can be deployed with. */
export const DEPLOYERS = ['cdk', 'sam', 'serverless', 'terraform'] as const;
export type Deployer = (typeof DEPLOYERS)[number];

/** The APIs that an authorizer can be written for. */
export const APIS = ['rest', 'http', 'websocket', 'appsync'] as const;
export type ApiKind = (typeof APIS)[number];

/** A project that can be written. */
export interface Project {
  readonly gateway: ApiKind;
  readonly deployer: Deployer;
  /** The folder in examples/ that its files come from. */
  readonly example: string;
}

/** The first one of a deployer is its default. */
export const PROJECTS: readonly Project[] = [
  { deployer: 'cdk', gateway: 'http', example: 'cdk-http-api' },
  { deployer: 'cdk', gateway: 'rest', example: 'cdk-rest' },
  { deployer: 'cdk', gateway: 'websocket', example: 'websocket' },
  { deployer: 'cdk', gateway: 'appsync', example: 'appsync' },
  { deployer: 'sam', gateway: 'rest', example: 'sam' },
  { deployer: 'serverless', gateway: 'http', example: 'serverless' },
  { deployer: 'terraform', gateway: 'http', example: 'terraform' },
];

/** What to run in a new project after its tests, by deployer. */
export const DEPLOY_COMMANDS: Readonly<Record<Deployer, readonly string[]>> = {
  cdk: ['npx cdk bootstrap', 'npm run deploy'],
  sam: ['npm run build', 'sam deploy --guided'],
  serverless: ['npm run deploy'],
  terraform: ['npm run build', 'terraform init', 'terraform apply'],
};

/** What a tool writes into a project and Git should not keep, by deployer. The lock file of Terraform belongs to it. */
export const BUILT: Readonly<Record<Deployer, readonly string[]>> = {
  cdk: ['cdk.out/'],
  sam: ['build/', '.aws-sam/'],
  serverless: ['build/', '.serverless/'],
  terraform: ['build/', '*.zip', '.terraform/', 'terraform.tfstate*'],
};

/** The APIs that there is a project for with a deployer. */
export function gatewaysFor(deployer: Deployer): readonly ApiKind[] {
  return PROJECTS.filter((project) => project.deployer === deployer).map(({ gateway }) => gateway);
}
