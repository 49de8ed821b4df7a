/** Works through a list, so many at a time; results in the order of the list. The first failure ends it. */
export async function eachLimited<T, R>(
  list: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  async function worker(): Promise<void> {
    while (next < list.length) {
      const index = next
      next += 1
      results[index] = await work(list[index] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, worker))
  return results
}
