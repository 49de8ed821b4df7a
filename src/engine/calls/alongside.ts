import type { App, AppSpec, DraftAction } from '#contract'
import { AppError } from '#contract'
import { findApp } from './find.ts'
import type { Parts } from './ports.ts'

/** The apps that return in the same commit: those that are named, or all in a folder. `NOT_FOUND`, `RETURN_APART`. */
export function alongsideOf(
  parts: Parts,
  {
    app,
    action,
    others,
  }: { readonly app: App; readonly action: DraftAction; readonly others: readonly AppSpec[] },
): readonly AppSpec[] | undefined {
  if (action.kind !== 'return') return undefined
  const { path, apps = [] } = action
  if (path !== undefined && apps.length > 0)
    throw new AppError('RETURN_APART', {
      message: `Apps are named beside the folder ${path}.`,
      subject: path,
    })
  if (path !== undefined) return others.filter((spec) => spec.name !== app.spec.name && isIn(spec.path, path))
  if (apps.length === 0) return undefined
  const { cloneId, branch } = app.spec
  return [...new Set(apps)]
    .filter((id) => id !== app.id)
    .map((id) => {
      const { spec } = findApp(parts, id)
      if (spec.cloneId !== cloneId || spec.branch !== branch)
        throw new AppError('RETURN_APART', {
          message: `${spec.name} follows another branch or clone than ${app.spec.name}.`,
          subject: spec.name,
        })
      return spec
    })
}

function isIn(path: string, named: string): boolean {
  const folder = named.replace(/^\.\/+|\/+$/g, '')
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`)
}
