import { loadavg } from 'node:os'

/** One figure, beside its peer's where there is one, and the aim it is held against. */
export type Row = {
  readonly name: string
  readonly ours: number
  readonly unit: string
  readonly peer?: number
  readonly against?: string
  /** At most so much in the row's unit, or so many times the peer. */
  readonly aim?: { readonly most: number; readonly times?: true }
}

/** As it is printed and kept. `load`: of the machine, when the figure was taken: beside others' work, ratios alone mean something. */
export function shownRow({ name, ours, unit, peer, against, aim }: Row): Readonly<Record<string, unknown>> {
  const ratio = peer === undefined ? undefined : ours / peer
  const held = aim?.times === true ? ratio : ours
  return {
    name,
    ours: Number(ours.toPrecision(3)),
    unit,
    ...(peer === undefined ? {} : { peer: Number(peer.toPrecision(3)), against }),
    ...(ratio === undefined ? {} : { timesFaster: Number((1 / ratio).toFixed(2)) }),
    ...(aim === undefined || held === undefined
      ? {}
      : { aim: `<= ${aim.most}${aim.times === true ? 'x' : ''}`, met: held <= aim.most }),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  }
}

/** The middle of several runs. */
export async function medianOf(runs: number, one: () => unknown): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) times.push(await timed(one))
  return middle(times)
}

/** Both sides in turns, so that what else the machine does falls on both alike; the middle of each. */
export async function sideBySide(
  runs: number,
  ours: () => unknown,
  peer: () => unknown,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const times = { ours: [] as number[], peer: [] as number[] }
  for (let run = 0; run < runs; run++) {
    times.peer.push(await timed(peer))
    times.ours.push(await timed(ours))
  }
  return { ours: middle(times.ours), peer: middle(times.peer) }
}

export async function timed(action: () => unknown): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

/** The middle of several figures. */
export function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
