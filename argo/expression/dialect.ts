/** The versions of Argo Rollouts whose evaluation of a measurement the double reproduces. */
export type ArgoVersion = 'v1.9.1' | 'master-2026-08';
