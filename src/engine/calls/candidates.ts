import type { Oid } from '#contract'
import type { Examined } from '#core'
import { keepFacts, readFacts } from '../safety/index.ts'
import type { SafetyPorts } from '../safety/index.ts'
import { examineRows } from '../timeline/index.ts'
import { returnQuestion, undoQuestion } from './row-questions.ts'
import type { Candidate, QuestionPorts } from './row-questions.ts'

/** What is found out about the commits of one open timeline as places to go back to. */
export type Candidates = {
  readonly of: (oid: Oid) => Examined
  /** Rows, what is in view, or the live state are others now. */
  readonly look: () => void
  readonly isSettled: () => boolean
  readonly close: () => void
}

export type CandidatePorts = QuestionPorts & Omit<SafetyPorts, 'now'>

/** `wanted`: rows to be looked at now. Nothing is read of the cluster before the app was seen there. */
export function examineCandidates(
  ports: CandidatePorts,
  options: {
    readonly wanted: () => readonly Candidate[]
    readonly onChange: () => void
    readonly onError: (error: unknown) => void
  },
): Candidates {
  const { live } = ports
  const facts = keepFacts({
    read: (signal) => readFacts(ports, live.app, signal),
    stateId: () => {
      const { observed } = live.state()
      if (observed === undefined) return undefined
      const { changes, sync, health, lastSync } = observed
      return JSON.stringify([changes, sync, health.status, lastSync])
    },
    onChange: () => {
      look()
      options.onChange()
    },
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  const undo = undoQuestion(ports)
  const rows = examineRows<Candidate>({
    wanted: options.wanted,
    questions: [returnQuestion(ports, facts), undo],
    onAnswer: options.onChange,
    onError: options.onError,
  })
  const look = () => {
    if (options.wanted().length > 0) facts.look()
    rows.wake()
  }
  return {
    of: (oid) => {
      const answers = rows.answers(oid)
      const hash = answers.find(({ renderedHash }) => renderedHash !== undefined)?.renderedHash
      return {
        marks: answers.flatMap(({ marks }) => marks),
        ...(hash === undefined ? {} : { renderedHash: hash }),
      }
    },
    look,
    isSettled: () => !facts.isReading() && rows.isSettled(),
    close: () => {
      facts.close()
      rows.close().then(undo.close).catch(options.onError)
    },
  }
}
