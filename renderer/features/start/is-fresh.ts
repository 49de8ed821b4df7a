import type { Workspace } from '../../ui/use-stores.ts'

/** Nothing is configured: no clone and no app. */
export function isFresh({ clones, apps }: Workspace): boolean {
  return clones.length === 0 && apps.length === 0
}
