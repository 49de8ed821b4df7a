import type { TransferProgress } from '#contract'

const line =
  /^(?:remote: )?((?:Enumerating|Counting|Compressing|Writing|Receiving|Unpacking|Resolving|Updating|Finding|Filtering) [a-z]+):\s+(?:(\d+)% \((\d+)\/(\d+)\)|(\d+)(?:, done\.?)?$)/

/** One line of git's `--progress`: phase, and how much of it is done. Lines that are none answer undefined. */
export function parseProgress(text: string): TransferProgress | undefined {
  const match = line.exec(text.trim())
  const phase = match?.[1]
  if (match === null || phase === undefined) return undefined
  const [, , percent, done, total, counted] = match
  if (percent === undefined) return { phase, done: Number(counted) }
  return { phase, percent: Number(percent), done: Number(done), total: Number(total) }
}

/** What `git pack-objects` says between its counts. */
const aboutPacking = /^(?:remote: )?(?:Delta compression using |Total \d+ \(delta \d+\), reused )/

/** What is left of an output when its progress is taken out; git overwrites those lines by carriage returns. */
export function withoutProgress(output: string): string {
  return output
    .split(/\r?\n|\r/)
    .filter((one) => parseProgress(one) === undefined && !aboutPacking.test(one))
    .join('\n')
}
