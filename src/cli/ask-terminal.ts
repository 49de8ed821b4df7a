import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Answer, Api, Client, Question } from '#contract'

/** Answers what git and ssh ask at the terminal, if there is one; without, nobody watches and nothing is asked. Answers the end of it. */
export function askAtTerminal(client: Client<Api>): () => void {
  if (!process.stdin.isTTY) return () => undefined
  const ending = new AbortController()
  const follow = async () => {
    for await (const delta of client.stream('questions.watch', {}, { signal: ending.signal }))
      for (const question of delta.upserts) {
        const answer = await ask(question)
        // It may have ended meanwhile: then there is nothing to answer.
        await client.call('questions.answer', { id: question.id, answer }).catch(() => undefined)
      }
  }
  follow().catch(() => undefined)
  return () => ending.abort()
}

async function ask(question: Question): Promise<Answer> {
  const { kind, subject, command, words, again } = question
  process.stderr.write(`${command}${again ? ', once more' : ''}: ${subject}\n`)
  if (kind === 'touch') process.stderr.write(`${words}\n`)
  if (kind === 'host-key' || kind === 'confirm') process.stderr.write(`${words}\n`)
  const text = await read(kind === 'username' ? 'User name: ' : `${labels[kind]}: `, kind === 'username')
  return text === undefined ? { kind: 'cancel' } : { kind: 'text', text }
}

const labels: Readonly<Record<Question['kind'], string>> = {
  username: 'User name',
  password: 'Password or token',
  passphrase: 'Passphrase',
  'host-key': 'yes or no',
  confirm: 'yes or no',
  touch: 'Touch the key',
  other: 'Answer',
}

/** One line; what is typed is shown only where it may be. Undefined = Ctrl+C or the end of input. */
function read(label: string, isShown: boolean): Promise<string | undefined> {
  const shown = { typed: true }
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (shown.typed) process.stderr.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  return new Promise((resolve) => {
    const end = (text: string | undefined) => {
      // Closing tells everybody that the input has ended: what was typed comes first.
      resolve(text)
      lines.close()
      if (!isShown) process.stderr.write('\n')
    }
    lines.once('SIGINT', () => end(undefined))
    lines.once('close', () => resolve(undefined))
    lines.question(label, (text) => end(text))
    shown.typed = isShown
  })
}
