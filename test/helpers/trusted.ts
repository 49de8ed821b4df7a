import type { AppSpec } from '#contract'
import type { TestSession } from './session.ts'

/** Adds a clone and trusts it with what its card lists; answers its id. */
export async function addTrusted({ client }: TestSession, path: string): Promise<string> {
  const { id: cloneId } = await client.call('clones.add', { path })
  const { fingerprint } = await client.call('clones.inspect', { cloneId })
  await client.call('clones.trust', { cloneId, fingerprint })
  return cloneId
}

/** An app of plain manifests on main, in the folder of its name unless told. */
export function plainApp(cloneId: string, name: string, path = name): AppSpec {
  return { name, cloneId, path, branch: 'main', tool: 'plain', cruise: 'off' }
}
