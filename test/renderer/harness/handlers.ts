import { AppError } from '#contract'
import type { Api, AppRow, Delta, Handlers, Input, Operation, Output, TimelineRow } from '#contract'
import { blameOf, imagePath } from './blame.ts'
import { draftOf, deployment, kustomization, operationAt, planOf } from './drafts.ts'
import { Live } from './live.ts'
import { upgrades } from './upgrades.ts'
import * as world from './world.ts'

export type Sent = { readonly name: string; readonly input: unknown }

/** What the window is told, and what it asked for. A test moves it on by hand; nothing moves by itself. */
export type Stage = {
  readonly handlers: Handlers<Api>
  readonly sent: Sent[]
  readonly workspace: Live<Output<'workspace.watch'>>
  readonly apps: Live<readonly AppRow[]>
  readonly replicas: Live<Output<'replicas.watch'>>
  readonly timeline: Live<readonly TimelineRow[]>
  readonly operations: Live<readonly Operation[]>
  readonly connections: Live<readonly Output<'connections.watch'>['upserts'][number][]>
  /** Answers to come, by call: a function of the input, thrown errors included. */
  readonly answers: { -readonly [N in keyof Api]?: (input: never) => unknown }
}

export function createStage(): Stage {
  const sent: Sent[] = []
  const answers: Stage['answers'] = {}
  const stage = {
    sent,
    answers,
    workspace: new Live(world.workspace),
    apps: new Live<readonly AppRow[]>([world.row]),
    replicas: new Live<Output<'replicas.watch'>>({ workloads: [...world.workloads], live: true }),
    timeline: new Live<readonly TimelineRow[]>(world.timeline),
    operations: new Live<readonly Operation[]>([]),
    connections: new Live<readonly Output<'connections.watch'>['upserts'][number][]>([
      { context: 'shop-staging', state: 'live', since: world.ago(5), version: 'v1.36.3' },
    ]),
  }
  const note = (name: string, input: unknown) => void sent.push({ name, input })
  const fixed = fixedAnswers(stage, note)
  const answered = Object.fromEntries(
    Object.entries(fixed).map(([name, run]) => [
      name,
      async (input: never) => {
        note(name, input)
        const other = answers[name as keyof Api]
        return other === undefined ? run(input) : other(input)
      },
    ]),
  )
  const streams = {
    'workspace.watch': (_: unknown, { signal }: { signal: AbortSignal }) => stage.workspace.values(signal),
    'apps.watch': (_: unknown, { signal }: { signal: AbortSignal }) => deltas(stage.apps, signal),
    'operations.watch': (_: unknown, { signal }: { signal: AbortSignal }) => deltas(stage.operations, signal),
    'connections.watch': (_: unknown, { signal }: { signal: AbortSignal }) =>
      deltas(stage.connections, signal),
    'replicas.watch': (_: unknown, { signal }: { signal: AbortSignal }) => stage.replicas.values(signal),
    'timeline.watch': (_: unknown, { signal }: { signal: AbortSignal }) => deltas(stage.timeline, signal),
  }
  return { ...stage, handlers: { ...answered, ...streams } as unknown as Handlers<Api> }
}

type World = Pick<Stage, 'workspace' | 'operations'>

function fixedAnswers(stage: World, _note: unknown): Record<string, (input: never) => unknown> {
  const settings = (change: Input<'settings.update'>) => {
    const next = { ...stage.workspace.value.settings, ...change } as Output<'settings.update'>
    stage.workspace.set({ ...stage.workspace.value, settings: next })
    return next
  }
  const begin = (operation: Operation) => {
    stage.operations.set([operation, ...stage.operations.value])
    return { operationId: operation.id }
  }
  return {
    'git.state': () => ({ state: 'ready', version: '2.39' }),
    'about.get': () => ({
      version: '0.1.0',
      mode: 'browser',
      platform: 'linux',
      canPickFolder: false,
      demo: 'on',
    }),
    'doctor.run': () => [
      { id: 'git', title: 'git', state: 'ok', found: '2.47.1 at /usr/bin/git' },
      {
        id: 'path',
        title: 'Shell PATH',
        state: 'warn',
        found: 'read from the login shell in 1.2 s',
        fix: 'Make your shell profile faster.',
      },
      {
        id: 'exec',
        title: 'Sign-in programs',
        state: 'fail',
        found: 'kubelogin is not on the PATH',
        fix: 'Install kubelogin, or correct its name in the kubeconfig.',
      },
      { id: 'ca', title: 'CA bundle', state: 'skipped', found: 'none is set' },
    ],
    'settings.update': settings,
    'clones.suggest': () => [{ path: '/home/mira/src/platform', name: 'platform' }],
    'clones.add': () => stage.workspace.value.clones[0],
    'clones.fetch': () => stage.workspace.value.clones[0],
    'clones.branches': () => ['main', 'staging'],
    'clones.inspect': () => ({
      cloneId: 'clone-1',
      runs: ['ssh -i /home/mira/.ssh/deploy (core.sshCommand)'],
      fingerprint: 'f',
    }),
    'clones.trust': () => stage.workspace.value.clones[0],
    'apps.discover': () => [
      { spec: world.app.spec, why: 'kustomization that is no base of another', known: true },
      {
        spec: {
          ...world.app.spec,
          name: 'shop-api-prod',
          path: 'charts/api',
          tool: 'helm',
          helm: { releaseName: 'api', valuesFiles: ['charts/api/values-prod.yaml'] },
        },
        why: 'chart with values-prod.yaml',
        known: false,
      },
    ],
    'apps.add': () => world.app,
    'apps.update': () => world.app,
    'apps.refresh': () => ({}),
    'commit.show': ({ commit }: Input<'commit.show'>) => {
      const row = world.timeline.find((one) => one.commit.oid === commit)
      if (row === undefined) throw new AppError('COMMIT_MISSING', { message: `${commit} is not here.` })
      return {
        commit: row.commit,
        message: `${row.commit.subject}\n\nThe checkout was rewritten.`,
        files: [
          {
            path: 'apps/shop-web/overlays/prod/kustomization.yaml',
            before: kustomization('1.5.0'),
            after: kustomization('1.6.0'),
            opaque: false,
          },
        ],
        manifests: [
          {
            key: world.key('Deployment', 'web'),
            before: deployment('1.5.0'),
            after: deployment('1.6.0'),
            fields: [imagePath],
          },
        ],
        changes: row.changes,
        problems: [],
      }
    },
    'blame.field': blameOf,
    'source.upgrades': () => upgrades,
    'source.suggest': () => ({ images: ['ghcr.io/shop/web'], suggestions: [] }),
    'draft.create': ({ action }: Input<'draft.create'>) => draftOf(action),
    'draft.plan': () => planOf({ id: 'plan-draft', fingerprint: 'plan-draft-fingerprint' }),
    'draft.discard': () => ({}),
    'draft.land': () => begin(operationAt(2)),
    'plan.create': () => planOf(),
    'plan.diff': () => ({
      key: world.key('Deployment', 'web'),
      before: deployment('1.6.0'),
      after: deployment('1.5.0'),
    }),
    'sync.run': () => begin(operationAt(5, { kind: 'sync', title: 'Sync shop-web' })),
    'operations.cancel': () => ({}),
    'operations.resume': () => ({}),
    'operations.export': () => ({ text: '# Activity\n' }),
    'connections.retry': () => ({}),
    'demo.open': () => ({}),
    'demo.reset': () => ({}),
  }
}

async function* deltas<T>(live: Live<readonly T[]>, signal: AbortSignal): AsyncGenerator<Delta<T>> {
  let seq = 0
  for await (const items of live.values(signal))
    yield { seq: seq++, reset: true, upserts: items, deletes: [], ready: true }
}
