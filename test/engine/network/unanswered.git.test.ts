import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createQuestions } from '../../../src/engine/calls/questions.ts'
import { serveRepository } from '../../helpers/http-remote.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

test('a question that nobody answers in time ends what asked as QUESTION_UNANSWERED, and is gone', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-data-'))
  const questions = createQuestions({ dataDir, newId: randomUUID, now: Date.now, answerWithinMs: 1_000 })
  const repo = createTestRepo()
  repo.commit('one', { a: '1' })
  repo.push()
  const http = await serveRepository(repo.remote, 'ada:secret')
  repo.git('remote', 'set-url', 'origin', http.url)
  repo.git('config', 'credential.helper', '')
  const git = createTestGit({ asker: questions.asker })
  const ending = new AbortController()
  const seen: string[] = []
  const gone = new EventTarget()
  const watch = async () => {
    for await (const delta of questions.calls['questions.watch']({}, { signal: ending.signal })) {
      seen.push(...delta.upserts.map(({ kind }) => kind))
      if (delta.deletes.length > 0) gone.dispatchEvent(new Event('gone'))
    }
  }
  const watched = watch()
  const left = once(gone, 'gone')
  const error = await failureOf((await git.open(repo.clone)).fetch('origin', undefined, { asks: true }))
  expect([error.code, error.retryable, error.action]).toEqual(['QUESTION_UNANSWERED', true, 'retry'])
  await left
  expect(seen).toEqual(['username'])
  ending.abort()
  await watched
  git.close()
  await http.close()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true })
})
