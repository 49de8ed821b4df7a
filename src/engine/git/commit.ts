import type { Commit } from '#contract'

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

export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\u00b7')
}
