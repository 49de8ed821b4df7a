import { AppError } from '#contract'
import { maskValues, secretWords, secretWordsOf } from '#core'
import type { RenderRequest } from './index.ts'
import type { Reader } from './reader.ts'

/** What is read as text by kustomize and Helm's values: others are no places for values that an error quotes. */
const texts = /\.(?:ya?ml|json|env|properties|txt)$/

/** Kustomize, Helm and charts themselves quote what they complain about: the failed render's error, without the secrets of the files it read. */
export async function withoutSecrets(
  error: unknown,
  reader: Reader,
  request: RenderRequest,
): Promise<unknown> {
  if (!(error instanceof AppError) || error.code === 'CANCELLED') return error
  const read = reader.inputs().filter(({ path, oid }) => oid !== 'absent' && texts.test(path))
  const files = await Promise.all(read.map(({ path }) => request.source.read(path)))
  const values = JSON.stringify(request.helm?.values ?? {}, undefined, 1)
  const words = [...files.map((bytes) => new TextDecoder().decode(bytes)), values].flatMap(secretWordsOf)
  const message = maskValues(error.message, [...words, ...words.map(escaped)], secretWords.hidden)
  if (message === error.message) return error
  // The error itself is no cause of the new one: a cause is logged, with what it quotes.
  const { code, subject, action, retryable, data } = error
  return new AppError(code, {
    message,
    retryable,
    ...(subject === undefined ? {} : { subject }),
    ...(action === undefined ? {} : { action }),
    ...(data === undefined ? {} : { data }),
  })
}

/** As Go's `%q` and JSON write it. */
function escaped(word: string): string {
  return JSON.stringify(word).slice(1, -1)
}
