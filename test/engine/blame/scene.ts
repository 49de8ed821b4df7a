import type { App, AppSpec, Blame } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

/** A clone with an engine before it; apps are asked about by `Kind/name` and path. */
export type BlameScene = {
  readonly repo: TestRepo
  readonly session: TestSession
  readonly add: (spec: Pick<AppSpec, 'path' | 'tool'> & Partial<AppSpec>) => Promise<App>
  readonly blame: (app: App, object: string, path: string, revision?: string) => Promise<Blame>
  readonly close: () => Promise<void>
}

export async function openBlameScene(clone?: (repo: TestRepo) => string): Promise<BlameScene> {
  const repo = createTestRepo()
  const session = await openTestSession({})
  let added = 0
  return {
    repo,
    session,
    add: async (spec) => {
      const { id: cloneId } = await session.client.call('clones.add', { path: clone?.(repo) ?? repo.clone })
      added += 1
      return session.client.call('apps.add', {
        name: `app-${added}`,
        cloneId,
        branch: 'main',
        cruise: 'off',
        ...spec,
      })
    },
    blame: (app, object, path, revision) => {
      const [kind = '', name = ''] = object.split('/')
      const group = kind === 'Deployment' ? 'apps' : ''
      const namespace = app.spec.destination?.namespace ?? ''
      return session.client.call('blame.field', {
        appId: app.id,
        key: { group, kind, namespace, name },
        path,
        ...(revision === undefined ? {} : { revision }),
      })
    },
    close: async () => {
      await session.close()
      repo.remove()
    },
  }
}

/** `role share file:line subject` of each proved origin, then `possible role file` of each that is not. */
export function told({ origins }: Blame): readonly string[] {
  return origins.map(({ certainty, role, share, file, line, commit }) =>
    certainty === 'proved'
      ? `${role} ${share ?? '?'} ${file}:${line ?? '?'} ${commit?.subject ?? 'no commit'}`
      : `possible ${role} ${file}`,
  )
}
