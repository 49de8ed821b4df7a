/** Who reads a file, and so whether a draft of one app may change it without asking. */
export type Owner = 'own' | 'shared' | 'foreign'

export type Reads = { readonly name: string; readonly inputs: ReadonlySet<string> }

export type OwnershipQuestion = {
  /** The app's own folder, `.` for the root. */
  readonly folder: string
  /** What this app's render read at the base or at the target. */
  readonly inputs: ReadonlySet<string>
  readonly others: readonly Reads[]
}

/**
 * `own`: only this app reads it, or nobody does and it lies in the app's folder. `shared`: others read it too (a tick in the review).
 * `foreign`: this app does not read it (another environment's values file beside its own): never part of the draft.
 */
export function ownerOf(path: string, question: OwnershipQuestion): Owner {
  const readByOthers = question.others.some(({ inputs }) => inputs.has(path))
  if (question.inputs.has(path)) return readByOthers ? 'shared' : 'own'
  return readByOthers || !isInside(path, question.folder) ? 'foreign' : 'own'
}

export function isInside(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`)
}
