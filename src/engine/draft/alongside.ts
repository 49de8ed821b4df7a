import type { AppSpec, Draft, Problem } from '#contract'
import type { AppRenderer } from '../app-render.ts'
import type { TreeSource } from '../git/index.ts'
import { tryRender } from './preview.ts'
import { wordsOf } from './shared.ts'

type Effects = { readonly along: NonNullable<Draft['along']>; readonly problems: readonly Problem[] }

/** What a draft changes for the apps that return in the same commit. One that does not render afterwards is a problem of the whole draft. */
export async function effectsAlongside(
  render: AppRenderer,
  specs: readonly AppSpec[],
  { before, after }: { readonly before: TreeSource; readonly after: TreeSource },
): Promise<Effects> {
  const effects = await Promise.all(
    specs.map(async (spec) => {
      const [from, to] = await Promise.all(
        [before, after].map((source) => tryRender(render, spec, () => Promise.resolve(source))),
      )
      const found = [...(to?.rendered?.problems ?? []), ...(to?.problem === undefined ? [] : [to.problem])]
      const words =
        to?.rendered === undefined
          ? ['does not render']
          : wordsOf(from?.rendered?.manifests ?? [], to.rendered.manifests)
      return {
        words,
        name: spec.name,
        problems: found.map((problem) => ({ ...problem, message: `${spec.name}: ${problem.message}` })),
      }
    }),
  )
  return {
    along: effects.map(({ name, words }) => ({ name, words })),
    problems: effects.flatMap(({ problems }) => problems),
  }
}
