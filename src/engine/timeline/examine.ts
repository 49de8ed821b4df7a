import type { Mark, Oid } from '#contract'

/** One thing that is asked about a row; asked again once its key is another one. */
export type Question<R, A> = {
  /** What the answer depends on; undefined = it is not asked of this row, or not now. */
  readonly keyOf: (row: R) => string | undefined
  /** `signal` aborts when the row goes out of view. Undefined = nothing is known, and the last answer stays. */
  readonly ask: (row: R, signal: AbortSignal) => Promise<A | undefined>
}

export type Answer = { readonly marks: readonly Mark[]; readonly renderedHash?: string | undefined }

export type Examination = {
  readonly answers: (oid: Oid) => readonly Answer[]
  /** Rows came into view, or what their answers depend on is another one. */
  readonly wake: () => void
  /** Every wanted row has its answers. */
  readonly isSettled: () => boolean
  readonly close: () => Promise<void>
}

/**
 * Asks the questions about wanted rows, one row at a time, so that nothing else waits for it: the first question of all rows, then the next. A row
 * that goes out of view in between is left, and asked again when it comes back. A question that fails is not asked again under the same key.
 */
export function examineRows<R extends { readonly commit: { readonly oid: Oid } }>(options: {
  /** Rows that are to be looked at now, in this order. */
  readonly wanted: () => readonly R[]
  readonly questions: readonly Question<R, Answer>[]
  readonly onAnswer: () => void
  readonly onError: (error: unknown) => void
}): Examination {
  const { wanted, questions, onAnswer } = options
  const known = questions.map(() => new Map<Oid, { readonly key: string; readonly answer?: Answer }>())
  const closing = new AbortController()
  let current: { readonly oid: Oid; readonly ending: AbortController } | undefined
  let working: Promise<void> | undefined
  const next = () => {
    const rows = wanted()
    for (const [at, question] of questions.entries())
      for (const row of rows) {
        const key = question.keyOf(row)
        if (key !== undefined && known[at]?.get(row.commit.oid)?.key !== key)
          return { at, question, row, key }
      }
    return undefined
  }
  const askOne = async ({ at, question, row, key }: NonNullable<ReturnType<typeof next>>) => {
    const { oid } = row.commit
    const ending = new AbortController()
    current = { oid, ending }
    const answer = await question
      .ask(row, AbortSignal.any([ending.signal, closing.signal]))
      .catch((error: unknown) => {
        if (!ending.signal.aborted && !closing.signal.aborted) options.onError(error)
        return undefined
      })
    current = undefined
    if (ending.signal.aborted || closing.signal.aborted) return
    const last = known[at]?.get(oid)?.answer
    const kept = answer ?? last
    known[at]?.set(oid, kept === undefined ? { key } : { key, answer: kept })
    if (answer !== undefined) onAnswer()
  }
  const work = async () => {
    for (let one = next(); one !== undefined && !closing.signal.aborted; one = next()) await askOne(one)
  }
  const begin = () => {
    working = work().finally(() => {
      working = undefined
      onAnswer()
    })
  }
  return {
    answers: (oid) => known.flatMap((answers) => answers.get(oid)?.answer ?? []),
    wake: () => {
      if (closing.signal.aborted) return
      if (current !== undefined && !wanted().some(({ commit }) => commit.oid === current?.oid))
        current.ending.abort()
      if (working === undefined && next() !== undefined) begin()
    },
    isSettled: () => working === undefined && next() === undefined,
    close: async () => {
      closing.abort()
      await working
    },
  }
}
