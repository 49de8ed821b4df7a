import { InvalidArgumentError } from 'commander'

/** A count, as a flag gives it. */
export function number(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new InvalidArgumentError(`${text === '' ? '(nothing)' : text} is no number.`)
  return Number(text)
}

/** `90s`, `5m`, `1h` or plain seconds, in seconds. */
export function seconds(text: string): number {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text)
  if (match === null) throw new InvalidArgumentError(`${text} is no time: write 90s or 5m.`)
  return Number(match[1]) * (match[2] === 'h' ? 3600 : match[2] === 'm' ? 60 : 1)
}

/** A flag that may be repeated. */
export function list(value: string, all: readonly string[]): readonly string[] {
  return [...all, value]
}
