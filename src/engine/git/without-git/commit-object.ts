import type { Commit, Oid } from '#contract'
import { plain } from '../commit.ts'

/** A commit as it is stored. `message` is whole; `commit` is what lists show of it. */
export type CommitObject = {
  readonly commit: Commit
  readonly tree: Oid
  readonly message: string
  readonly committedMs: number
}

/** undefined for bytes that are no commit. Read by git's own rules, so that both ways to read a clone say the same. */
export function parseCommitObject(oid: Oid, bytes: Uint8Array): CommitObject | undefined {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = raw.indexOf('\n\n')
  const head = (end < 0 ? raw : raw.subarray(0, end)).toString('latin1')
  const headers = head.split('\n').filter((line) => !line.startsWith(' '))
  const encoding = valueOf(headers, 'encoding')
  const decode = (part: Buffer) => decodeAs(part, encoding)
  const tree = valueOf(headers, 'tree')
  const author = parsePerson(decode(lineOf(raw, 'author')))
  const committer = parsePerson(decode(lineOf(raw, 'committer')))
  if (tree === undefined || !/^[0-9a-f]{40}$/.test(tree)) return undefined
  const message = end < 0 ? '' : decode(raw.subarray(end + 2))
  return {
    tree,
    message,
    committedMs: committer.ms,
    commit: {
      oid,
      parents: headers.flatMap((line) => /^parent ([0-9a-f]{40})$/.exec(line)?.[1] ?? []),
      author: { name: plain(author.name), email: plain(author.email) },
      authoredAt: author.at,
      committedAt: committer.at,
      subject: plain(subjectOf(message)),
    },
  }
}

/** Git joins the lines of the first paragraph. */
function subjectOf(message: string): string {
  const lines = message.replace(/^(?:[ \t]*\n)+/, '').split('\n')
  const end = lines.findIndex((line) => line.trim() === '')
  return (end < 0 ? lines : lines.slice(0, end))
    .map((line) => line.trimEnd())
    .join(' ')
    .trim()
}

function valueOf(headers: readonly string[], name: string): string | undefined {
  return headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1)
}

function lineOf(raw: Buffer, name: string): Buffer {
  const start = raw.indexOf(`\n${name} `)
  if (start < 0) return Buffer.alloc(0)
  const from = start + name.length + 2
  const end = raw.indexOf('\n', from)
  return raw.subarray(from, end < 0 ? raw.length : end)
}

function parsePerson(line: string) {
  const [, name = '', email = '', seconds = '0', zone = '+0000'] =
    /^(.*?) ?<([^>]*)>(?: (-?\d+) ([+-]\d{4}))?/s.exec(line) ?? []
  const ms = Number(seconds) * 1000
  return { name, email, ms, at: toIso(ms, zone) }
}

/** As `%cI`: with the offset that was recorded; what no calendar has is the beginning of time, as git itself has it. */
function toIso(ms: number, zone: string): string {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))
  const local = new Date(ms + (zone.startsWith('-') ? -minutes : minutes) * 60_000)
  if (Number.isNaN(local.getTime()) || local.getUTCFullYear() > 9999) return '1970-01-01T00:00:00+00:00'
  const offset = `${zone.slice(0, 3)}:${zone.slice(3, 5)}`
  return `${local.toISOString().slice(0, 19)}${offset}`
}

function decodeAs(bytes: Buffer, encoding: string | undefined): string {
  try {
    return new TextDecoder(encoding ?? 'utf-8').decode(bytes)
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder().decode(bytes)
    throw error
  }
}
