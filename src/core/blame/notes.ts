import type { Tool } from '#contract'
import { maxTargets, withoutHash } from './target.ts'
import type { Target } from './target.ts'

/** Any value in a few words. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'not set'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 400 ? `${text.slice(0, 400)} …` : text
}

/** What must be said beside the places, so that none is taken for more than it is. */
export function notesFor(told: {
  readonly tool: Tool
  readonly targets: readonly Target[]
  readonly explained: ReadonlySet<string>
  readonly namespace: string | undefined
  /** Trials that there were, where more places were left. */
  readonly boundedAt: number | undefined
  /** Templates that declare such an object. */
  readonly templates: readonly string[]
}): readonly string[] {
  const { tool, targets, explained, namespace, boundedAt, templates } = told
  const open = targets.filter(({ path }) => !explained.has(path))
  const notes: string[] = []
  if (boundedAt !== undefined)
    notes.push(`Looked at no more places after ${boundedAt} trials: there may be others.`)
  if (targets.length >= maxTargets)
    notes.push(`Only the first ${maxTargets} values of the field were looked at.`)
  for (const target of targets)
    if (tool === 'kustomize' && isHashed(target))
      notes.push('The end of the name is a hash that Kustomize makes of the content.')
  const [first] = open
  if (first === undefined) return notes
  if (open.every(({ path, value }) => path === '.metadata.namespace' && value === namespace))
    return [...notes, "No file says it: it is the namespace of the app's destination."]
  const which =
    targets.length === 1
      ? 'No line could be proved'
      : `No line could be proved for ${open
          .map(({ path }) => path)
          .slice(0, 5)
          .join(', ')}`
  const where =
    templates.length === 0 ? '' : ` It is written by ${templates.join(' or ')}, in a way that no trial moves.`
  return [...notes, `${which}: with each likely place changed the field stayed as it is.${where}`]
}

function isHashed({ path, value, key }: Target): boolean {
  const generated = path === '.metadata.name' && (key.kind === 'ConfigMap' || key.kind === 'Secret')
  return (
    (generated || /(configMap|secret)(KeyRef|Ref)?\.(name|secretName)$/i.test(path)) &&
    withoutHash(String(value)) !== value
  )
}
