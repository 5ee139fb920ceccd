import type { SourceDocument } from '../documents/document.ts';
import type { DocumentFormat } from './format.ts';
import { plannedAppSync } from './terraform-appsync.ts';
import { plannedHttpApis } from './terraform-http-api.ts';
import { plannedResources } from './terraform-plan.ts';
import { plannedRestApis } from './terraform-rest-api.ts';

/** A plan of Terraform or OpenTofu: `terraform show -json`. */
export const terraformFormat: DocumentFormat = {
  name: 'a Terraform plan',
  option: '--terraform-plan',
  isOne: (root) => !root.get('planned_values').isMissing,
  read: (document: SourceDocument) => {
    const resources = plannedResources(document);
    return [...plannedRestApis(resources), ...plannedHttpApis(resources), ...plannedAppSync(resources)];
  },
};
