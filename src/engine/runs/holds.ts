import { isObject } from '#core'

/** Everything that was declared is there: the server adds defaults and `pod-template-hash`, and takes nothing away. */
export function holds(declared: unknown, live: unknown): boolean {
  if (Array.isArray(declared)) {
    if (!Array.isArray(live)) return declared.length === 0 && live === undefined
    return declared.length === live.length && declared.every((item, index) => holds(item, live[index]))
  }
  if (isObject(declared)) {
    return Object.entries(declared).every(
      ([name, value]) =>
        value === null ||
        name === 'creationTimestamp' ||
        holds(value, isObject(live) ? live[name] : undefined),
    )
  }
  return declared === live || isZero(declared, live) || sameQuantity(declared, live)
}

export function countLeaves(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countLeaves(item), 0)
  if (isObject(value)) return Object.values(value).reduce<number>((sum, child) => sum + countLeaves(child), 0)
  return 1
}

/** What was declared as its zero value may be left out by the server. */
function isZero(declared: unknown, live: unknown): boolean {
  return live === undefined && (declared === '' || declared === false || declared === 0)
}

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** The server rewrites quantities to their shortest form: `1000m` is `1`, `1024Mi` is `1Gi`. */
function sameQuantity(declared: unknown, live: unknown): boolean {
  const [a, b] = [toNumber(declared), toNumber(live)]
  return a !== undefined && b !== undefined && Math.abs(a - b) <= Math.abs(a) * 1e-9
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  const [, digits, unit] = /^([+-]?\d+(?:\.\d*)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(value) ?? []
  const factor = factors[unit ?? '']
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor
}
