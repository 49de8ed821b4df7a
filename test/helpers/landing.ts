import type { DraftRoom, LandOrder, Repo } from '../../src/engine/git/index.ts'

export type Prepared = {
  readonly room: DraftRoom
  readonly order: LandOrder
  readonly steps: readonly string[]
}

/** A draft that writes files on a base, committed in its quarantine, with the order that lands it. */
export async function prepare(
  opened: Repo,
  base: string,
  files: Readonly<Record<string, string>>,
  options: {
    readonly local?: boolean
    readonly hold?: string
    readonly onStep?: (step: string) => void | Promise<void>
  } = {},
): Promise<Prepared> {
  const room = await opened.draft()
  const edits = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))
  const tree = await room.edit(base, edits)
  const made = await room.commit(tree, base, {
    subject: 'Scale web',
    body: 'web: replicas 3 -> 5',
    trailers: ['Wheelhouse-App: shop', 'Wheelhouse-Action: scale'],
  })
  const steps: string[] = []
  const order: LandOrder = {
    commit: made.oid,
    base,
    branch: 'main',
    remote:
      options.local === true
        ? undefined
        : { name: 'origin', branch: 'main', ref: 'refs/remotes/origin/main' },
    holdName: options.hold ?? 'draft-1',
    onStep: async (step) => {
      steps.push(step)
      await options.onStep?.(step)
    },
  }
  return { room, order, steps }
}

export async function land(opened: Repo, { room, order }: Prepared) {
  await room.store(order)
  return opened.landHeld(order)
}
