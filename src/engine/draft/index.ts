export { buildDraft } from './build.ts'
export type { BuildRequest, BuiltDraft, DraftPorts } from './build.ts'
export { pageOf, proposalName } from './proposal.ts'
export { proofOf } from './proof.ts'
