import type { ManifestDiff, Problem, RenderedChange } from '#contract'
import { parseManifests, renderedChanges } from '#core'
import type { KeptPlan } from '../operations/sync.ts'

type Compared = {
  readonly changes: readonly RenderedChange[]
  readonly manifests: readonly ManifestDiff[]
  readonly problems: readonly Problem[]
}

/**
 * The app's cluster against a tree, from the plan that would make them equal: what the tree declares is compared, and not what the server
 * or controllers filled in. `direction`: which side is live.
 */
export function againstLive(
  { plan, diffOf }: Pick<KeptPlan, 'plan' | 'diffOf'>,
  direction: 'from' | 'to',
): Compared {
  const changed = plan.changes.filter(({ action }) => action !== 'unchanged' && action !== 'unknown')
  const diffs = changed
    .flatMap(({ key }) => diffOf(key) ?? [])
    .map(({ key, before, after }) =>
      direction === 'from' ? side(key, before, after) : side(key, after, before),
    )
  const manifestsOf = (which: 'before' | 'after') =>
    diffs.flatMap(({ key, [which]: text }) =>
      parseManifests(text ?? '').manifests.map((manifest) => ({ ...manifest, key })),
    )
  return {
    changes: renderedChanges(manifestsOf('before'), manifestsOf('after')),
    manifests: diffs,
    problems: plan.changes
      .filter(({ action }) => action === 'unknown')
      .map(({ key, reasons }) => ({
        code: reasons[0]?.code ?? 'NOT_FOUND',
        message: `${key.kind}/${key.name}: ${reasons[0]?.message ?? 'it could not be compared.'}`,
      })),
  }
}

function side(key: ManifestDiff['key'], before: string | undefined, after: string | undefined): ManifestDiff {
  return {
    key,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}
