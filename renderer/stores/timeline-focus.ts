const coalesceMs = 80

/** Says which rows are in view: the last ones of a while, and only when they are others than before. */
export function createTimelineFocus(
  send: (rows: readonly number[]) => void,
): (rows: readonly number[]) => void {
  let next: readonly number[] = []
  let said = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const say = () => {
    timer = undefined
    const words = next.join()
    if (words === said) return
    said = words
    send(next)
  }
  return (rows) => {
    next = rows
    timer ??= setTimeout(say, coalesceMs)
  }
}
