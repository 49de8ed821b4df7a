import type { Commit, Oid } from '#contract'

/**
 * `git log --format` of what a `Commit` needs; records end with NUL (`-z`). Names and subjects come last: they may hold our own separator,
 * and must not be taken for a date.
 */
export const commitFormat = ['%H', '%P', '%aI', '%cI', '%an', '%ae', '%s'].join('%x1f')

/** Terminal escapes and other control characters of hostile messages never leave this room. */
export function parseCommit(record: string): Commit {
  const [oid = '', parents = '', authoredAt = '', committedAt = '', name = '', email = '', ...subject] =
    record.split('\x1f')
  return {
    oid,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: plain(name), email: plain(email) },
    authoredAt,
    committedAt,
    subject: plain(subject.join('\x1f')),
  }
}

/** The same from the bytes of a commit, where they are what git writes today: UTF-8 and each line in its place. Undefined = git has to tell it. */
export function parseCommitBytes(oid: Oid, bytes: Uint8Array): Commit | undefined {
  const text = decode(bytes)
  const end = text?.indexOf('\n\n') ?? -1
  if (text === undefined || end < 0 || text.includes('\0') || /^encoding /m.test(text.slice(0, end)))
    return undefined
  const lines = text.slice(0, end).split('\n')
  const parents = lines.flatMap((line) => /^parent ([0-9a-f]+)$/.exec(line)?.[1] ?? [])
  const [author, ...authors] = lines.filter((line) => line.startsWith('author '))
  const [committer, ...committers] = lines.filter((line) => line.startsWith('committer '))
  const by = parsePerson(author)
  const at = parsePerson(committer)
  if (by === undefined || at === undefined || authors.length + committers.length > 0) return undefined
  const [subject = ''] = text
    .slice(end + 2)
    .replace(/^(?:[\t\v\f\r ]*\n)+/, '')
    .split(/\n[\t\v\f\r ]*(?:\n|$)/)
  return {
    oid,
    parents,
    author: { name: plain(by.name), email: plain(by.email) },
    authoredAt: by.at,
    committedAt: at.at,
    subject: plain(subject.split('\n').map(trimEnd).join(' ')),
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** What the C locale calls space, which is less than Unicode does. */
function trimEnd(line: string): string {
  return line.replace(/[\t\n\v\f\r ]+$/, '')
}

type Person = { readonly name: string; readonly email: string; readonly at: string }

/** `author Ada L <ada@example.com> 1700000000 +0130`; what looks otherwise is left to git. */
function parsePerson(line: string | undefined): Person | undefined {
  const found = /^(?:author|committer) ([^<>]*?) *<([^<>\s]*)> (\d{1,11}) ([+-])(\d\d)([0-5]\d)$/.exec(
    line ?? '',
  )
  if (found === null) return undefined
  const [, name = '', email = '', seconds = '', sign = '+', hours = '', minutes = ''] = found
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60)
  const local = new Date((Number(seconds) + offset) * 1000)
  // Git refuses what is before 1970 where it was written.
  if (!(local.getTime() >= 0) || local.getUTCFullYear() > 9999) return undefined
  return {
    name,
    email,
    at: `${local.toISOString().slice(0, 19)}${offset === 0 ? '+' : sign}${hours}:${minutes}`,
  }
}

export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\u00b7')
}
