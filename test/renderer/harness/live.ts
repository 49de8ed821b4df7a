/** A value that is told again whenever a test sets it. */
export class Live<T> {
  #value: T
  readonly #wakers = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    this.#value = value
    for (const wake of this.#wakers) wake()
  }

  async *values(signal: AbortSignal): AsyncGenerator<T> {
    let told: { readonly value: T } | undefined
    while (!signal.aborted) {
      if (told === undefined || told.value !== this.#value) {
        told = { value: this.#value }
        yield told.value
        continue
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#wakers.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.#wakers.add(wake)
        signal.addEventListener('abort', wake)
      })
    }
  }
}
