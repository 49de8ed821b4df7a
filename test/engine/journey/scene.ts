import type { App, AppRow, Change, Decisions, DraftAction, Operation, Plan } from '#contract'
import type { SharedControlPlane } from '../../control-plane/shared.ts'
import { mustKubectl } from '../../control-plane/kubectl.ts'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

export const yes: Decisions = { prune: true, ticks: [], overrule: true, rollback: true }

/** One app of plain YAML under `apps/web`, its clone, a namespace of its own, and a session that follows it. */
export type Scene = {
  readonly repo: TestRepo
  readonly session: TestSession
  readonly namespace: string
  readonly app: App
  readonly kubectl: (...args: readonly string[]) => Promise<string>
  /** `kubectl apply -f -` as people do it; `text` without namespaces. */
  readonly applied: (text: string, ...flags: readonly string[]) => Promise<string>
  readonly plan: () => Promise<Plan>
  readonly sync: (plan: Plan) => Promise<Operation>
  readonly row: (is: (row: AppRow) => boolean) => Promise<AppRow>
  /** Draft, commit and push; synced too unless told otherwise. */
  readonly land: (action: DraftAction, how?: 'push-only') => Promise<Operation>
  readonly close: () => Promise<void>
}

export async function createScene(
  plane: Pick<SharedControlPlane, 'kubeconfig' | 'kubectl' | 'namespace'>,
  files: Readonly<Record<string, string>>,
): Promise<Scene> {
  const repo = createTestRepo()
  const space = await plane.namespace('scene')
  repo.commit('web: first', files)
  repo.push()
  const session = await openTestSession({ kubeconfig: plane.kubeconfig })
  const { client } = session
  const clone = await client.call('clones.add', { path: repo.clone })
  const [found] = await client.call('apps.discover', { cloneId: clone.id })
  if (found === undefined) throw new Error('Nothing was discovered.')
  const destination = { context: await contextOf(session), namespace: space.name }
  const app = await client.call('apps.add', { ...found.spec, destination })
  const kubectl = (...args: readonly string[]) => mustKubectl(plane.kubectl, ['-n', space.name, ...args])
  const plan = () => client.call('plan.create', { appId: app.id })
  const approved = (made: Plan) => ({ planId: made.id, fingerprint: made.fingerprint, decisions: yes })
  return {
    repo,
    session,
    namespace: space.name,
    app,
    kubectl,
    applied: (text, ...flags) =>
      mustKubectl(plane.kubectl, ['-n', space.name, 'apply', '-f', '-', ...flags], text),
    plan,
    sync: async (made) => {
      const { operationId } = await client.call('sync.run', approved(made))
      return session.ended(operationId)
    },
    row: (is) => session.rowWhere(app.id, is),
    land: async (action, how) => {
      const draft = await client.call('draft.create', { appId: app.id, action, shared: 'exclude' })
      const made = how === 'push-only' ? undefined : await client.call('draft.plan', { draftId: draft.id })
      const { operationId } = await client.call('draft.land', {
        draftId: draft.id,
        fingerprint: draft.fingerprint,
        message: { subject: draft.message.subject, body: draft.message.body },
        acceptNotRendering: false,
        ...(made === undefined ? {} : { sync: approved(made) }),
      })
      return session.ended(operationId)
    },
    close: async () => {
      await session.close()
      await space.remove()
      repo.remove()
    },
  }
}

export function changeOf(plan: Plan, kind: string, name: string): Change {
  const change = plan.changes.find(({ key }) => key.kind === kind && key.name === name)
  if (change === undefined) throw new Error(`The plan says nothing of ${kind}/${name}.`)
  return change
}

async function contextOf({ client }: TestSession): Promise<string> {
  for await (const { contexts } of client.stream('workspace.watch', {})) {
    const [first] = contexts
    if (first !== undefined) return first.name
  }
  throw new Error('There is no context.')
}
