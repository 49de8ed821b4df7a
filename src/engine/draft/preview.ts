import type { ManifestDiff, Problem, RenderedChange } from '#contract'
import { AppError } from '#contract'
import type { AppSpec } from '#contract'
import { manifestDiffs, renderedChanges } from '#core'
import type { AppRenderer, Rendered } from '../app-render.ts'

/** A render, or why there is none. */
export type TriedRender = { readonly rendered?: Rendered; readonly problem?: Problem }

/** What a draft changes in rendered terms; nothing where one side does not render. */
export type Preview = {
  readonly changes: readonly RenderedChange[]
  readonly manifests: readonly ManifestDiff[]
  readonly problems: readonly Problem[]
  readonly hash: string | undefined
}

export function compareRenders(before: TriedRender, after: TriedRender | undefined): Preview {
  const from = before.rendered?.manifests ?? []
  const to = after?.rendered?.manifests
  return {
    changes: to === undefined ? [] : renderedChanges(from, to),
    manifests: to === undefined ? [] : manifestDiffs(from, to),
    problems: [
      ...(after?.rendered?.problems ?? []),
      ...(after?.problem === undefined ? [] : [after.problem]),
    ],
    hash: after?.rendered?.hash,
  }
}

/** A result that does not render is shown, not hidden: going back must be possible when head is broken. */
export async function tryRender(
  render: AppRenderer,
  spec: AppSpec,
  source: () => Promise<Parameters<AppRenderer>[1]>,
): Promise<TriedRender> {
  try {
    return { rendered: await render(spec, await source()) }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED')
      return { problem: { code: error.code, message: error.message } }
    throw error
  }
}
