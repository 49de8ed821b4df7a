import type { Api, CompareRequest, Handlers } from '#contract'
import { compare, comparisonMarkdown, comparisonPatch } from '../compare/index.ts'
import type { ComparePorts } from '../compare/index.ts'
import { planApp } from '../operations/sync.ts'
import { findApp, openRepo } from './find.ts'
import { planPortsOf } from './plan-calls.ts'
import type { Parts } from './ports.ts'

export function compareCalls(parts: Parts): Pick<Handlers<Api>, 'compare.run' | 'compare.export'> {
  const run = ({ appId, from, to }: CompareRequest, signal: AbortSignal) => {
    const app = findApp(parts, appId)
    const ports: ComparePorts = {
      repoOf: (cloneId) => openRepo(parts, cloneId),
      render: parts.render,
      specOf: (id) => findApp(parts, id).spec,
      plan: async ({ repo, source, shown, spec }, ending) =>
        planApp(planPortsOf(parts, repo), app, {
          // What is not committed stands for the commit that it was made from.
          revision: shown.oid ?? (await repo.tracked(spec.branch)).tip,
          source: () => Promise.resolve(source),
          signal: ending,
        }),
    }
    return compare(ports, app.spec, { from, to }, signal)
  }
  return {
    'compare.run': (request, { signal }) => run(request, signal),
    'compare.export': async ({ request, format }, { signal }) => {
      const comparison = await run(request, signal)
      const { name } = findApp(parts, request.appId).spec
      return { text: format === 'patch' ? comparisonPatch(comparison) : comparisonMarkdown(name, comparison) }
    },
  }
}
