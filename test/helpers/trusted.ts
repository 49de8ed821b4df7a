import type { AppSpec } from '#contract'
import type { TestSession } from './session.ts'

/** Adds a clone and trusts it with what its card lists; answers its id. */
export async function addTrusted(session: TestSession, path: string): Promise<string> {
  const { id: cloneId } = await session.client.call('clones.add', { path })
  await trustClone(session, cloneId)
  return cloneId
}

/** Trusts a clone as it is configured now: what names programs and is set later needs it again. */
export async function trustClone({ client }: TestSession, cloneId: string): Promise<void> {
  const { fingerprint } = await client.call('clones.inspect', { cloneId })
  await client.call('clones.trust', { cloneId, fingerprint })
}

/** An app of plain manifests on main, in the folder of its name unless told. */
export function plainApp(cloneId: string, name: string, path = name): AppSpec {
  return { name, cloneId, path, branch: 'main', tool: 'plain', cruise: 'off' }
}
