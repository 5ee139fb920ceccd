// Alarms, a dashboard and saved queries, as resources of a CloudFormation template.

export type { AlarmName } from './monitoring/alarm-kinds.ts';
export { type AlarmSettings, type AlarmsOptions, alarms } from './monitoring/alarms.ts';
export { type DashboardOptions, dashboard } from './monitoring/dashboard.ts';
export type { MeasuredOptions } from './monitoring/measured.ts';
export type {
  CloudFormationResource,
  CloudFormationResources,
  Intrinsic,
  ResourceOptions,
} from './monitoring/resources.ts';
export { type SavedQueriesOptions, savedQueries } from './monitoring/saved-queries.ts';
