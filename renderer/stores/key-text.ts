import type { ResourceKey } from '#contract'

/** A key as decisions and maps name it: `group/kind/namespace/name`. */
export function keyText({ group, kind, namespace, name }: ResourceKey): string {
  return `${group}/${kind}/${namespace}/${name}`
}

/** A key as people read it. */
export function keyWords({ kind, name }: ResourceKey): string {
  return `${kind}/${name}`
}
