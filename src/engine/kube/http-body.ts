import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { AppError } from '#contract'

const inflate = promisify(gunzip)

export function header(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name]
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}

/** `299 - "text"`, as often as there are warnings. */
export function warningsOf(response: Dispatcher.ResponseData): string[] {
  return [...header(response, 'warning').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] ?? '').replace(/\\(.)/g, '$1'),
  )
}

export async function readBody(
  response: Dispatcher.ResponseData,
  bounds: { readonly maxBytes: number; readonly subject: string },
): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > bounds.maxBytes) throw tooLarge(bounds)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks, size)
  if (header(response, 'content-encoding') !== 'gzip') return bytes.toString('utf8')
  try {
    return (await inflate(bytes, { maxOutputLength: bounds.maxBytes })).toString('utf8')
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bounds)
    throw error
  }
}

export function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('KUBE_FAILED', {
      message: `${subject}: what the server answered is no JSON.`,
      subject,
      retryable: true,
      cause: error instanceof SyntaxError ? undefined : error,
    })
  }
}

function tooLarge({ maxBytes, subject }: { readonly maxBytes: number; readonly subject: string }): AppError {
  return new AppError('KUBE_TOO_LARGE', {
    message: `${subject}: the answer is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB.`,
    subject,
  })
}
