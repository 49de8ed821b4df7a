import type { AppSpec, ResourceKey, TimelineRow } from '#contract'
import { CallError } from '#contract'
import type { TestSession } from '../helpers/session.ts'
import type { Step } from './site.ts'

/** How far a visit came: what each step answered, and the code of the one that was refused. */
export type Visit = {
  readonly folder: string
  readonly answered: Readonly<Partial<Record<Step, string>>>
  readonly refused?: { readonly step: Step; readonly code: string; readonly message: string }
}

type Order = { readonly folder: string; readonly path: string; readonly branch: string }

const patienceMs = 60_000

/** Adds a clone, looks for apps, reads an app's timeline and a commit, asks where a name in it is from, drafts a return and an undo, and forgets it all again. */
export async function visit({ client }: TestSession, order: Order): Promise<Visit> {
  const answered: Partial<Record<Step, string>> = {}
  let step: Step = 'add'
  const does = async <T>(name: Step, work: () => Promise<T>, words: (value: T) => string): Promise<T> => {
    step = name
    const value = await work()
    answered[name] = words(value)
    return value
  }
  let cloneId: string | undefined
  try {
    const clone = await does(
      'add',
      async () => {
        const added = await client.call('clones.add', { path: order.folder })
        cloneId = added.id
        if (added.problem !== undefined) throw new CallError({ ...added.problem, retryable: false })
        return added
      },
      ({ branch }) => branch ?? 'no branch',
    )
    await does(
      'inspect',
      () => client.call('clones.inspect', { cloneId: clone.id }),
      ({ runs }) => runs.join('\n'),
    )
    const found = await does(
      'discover',
      () => client.call('apps.discover', { cloneId: clone.id }),
      (apps) => apps.map(({ spec }) => spec.path).join(' '),
    )
    const byHand = { path: order.path, branch: order.branch, tool: 'plain', cruise: 'off' } as const
    const spec: AppSpec = {
      ...(found.find((one) => one.spec.path === order.path)?.spec ?? byHand),
      cloneId: clone.id,
      // Several visits go on at once, and names are one app's.
      name: `app-of-${clone.id}`,
    }
    const app = await client.call('apps.add', spec)
    const appId = app.id
    const rows = await does('timeline', () => readRows(client, appId), describeRows)
    const [newest] = rows
    const oldest = rows.at(-1)
    // Behind a later change of the same file an undo has to merge.
    const older = rows.length > 3 ? rows[1] : newest
    if (newest === undefined || oldest === undefined || older === undefined)
      return { folder: order.folder, answered }
    await does(
      'show',
      async () => {
        const shown = await client.call('commit.show', { appId, commit: newest.commit.oid })
        await blameOne(client, { appId, revision: newest.commit.oid }, shown.manifests[0]?.key)
        return shown
      },
      (shown) => [shown.commit.subject, ...shown.files.map(({ path }) => path)].join('\n'),
    )
    const draft = async (name: 'return' | 'undo') => {
      const action =
        name === 'return'
          ? ({ kind: 'return', commit: oldest.commit.oid } as const)
          : ({ kind: 'undo', commits: [older.commit.oid] } as const)
      const made = await does(
        name,
        () => client.call('draft.create', { appId, action, shared: 'exclude' }),
        ({ files }) => files.map(({ path }) => path).join('\n'),
      )
      await does(
        'discard',
        () => client.call('draft.discard', { draftId: made.id }),
        () => 'discarded',
      )
    }
    await draft('return')
    await draft('undo')
    await does(
      'compare',
      async () => {
        const sides = [{ kind: 'index' }, { kind: 'worktree' }] as const
        for (const to of sides)
          await client.call('compare.run', {
            appId,
            from: { kind: 'revision', revision: oldest.commit.oid },
            to,
          })
      },
      () => 'compared',
    )
    await does(
      'audit',
      () => client.call('audit.read', { appId }),
      () => 'read',
    )
    await does(
      'signatures',
      () =>
        client.call('timeline.signatures', {
          appId,
          commits: rows.slice(0, 50).map(({ commit }) => commit.oid),
        }),
      (all) => all.map(({ status }) => status).join(' '),
    )
    await does(
      'last',
      () => client.call('commits.last', { appId }),
      () => 'looked',
    )
    return { folder: order.folder, answered }
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    return { folder: order.folder, answered, refused: { step, code: error.code, message: error.message } }
  } finally {
    if (cloneId !== undefined) await client.call('clones.remove', { cloneId })
  }
}

/** An answer or a code, as the rest of the visit has them. */
async function blameOne(
  client: TestSession['client'],
  at: { readonly appId: string; readonly revision: string },
  key: ResourceKey | undefined,
): Promise<void> {
  if (key === undefined) return
  await client.call('blame.field', { ...at, key, path: '.metadata.name' }).catch((error: unknown) => {
    if (!(error instanceof CallError) || error.code === 'INTERNAL') throw error
  })
}

async function readRows(client: TestSession['client'], appId: string): Promise<readonly TimelineRow[]> {
  const rows = new Map<string, TimelineRow>()
  const signal = AbortSignal.timeout(patienceMs)
  for await (const delta of client.stream('timeline.watch', { appId }, { signal })) {
    if (delta.reset === true) rows.clear()
    for (const oid of delta.deletes) rows.delete(oid)
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    if (delta.ready) break
  }
  return [...rows.values()].toSorted((a, b) => a.index - b.index)
}

function describeRows(rows: readonly TimelineRow[]): string {
  return rows
    .map(({ commit, effect, problem }) => [commit.subject.slice(0, 80), effect, problem ?? ''].join(' | '))
    .join('\n')
}
