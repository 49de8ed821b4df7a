import type { Oid, Signature } from '#contract'
import type { CatFile } from './cat-file.ts'
import { plain } from './commit.ts'
import type { GitRunner } from './runner.ts'

/** gpg and ssh-keygen take 10 to 50 ms for each commit. */
const timeoutMs = 60_000

type Request = {
  readonly oids: readonly Oid[]
  /** Whoever asks has made sure that the clone is trusted: git starts the program that is configured, which a clone may name. */
  readonly check: boolean
  readonly signal?: AbortSignal | undefined
}

/** Signatures of commits, in the order asked for. Nothing is started for commits that have none; one that is not there has none. */
export async function readSignatures(
  git: GitRunner,
  cat: CatFile,
  cwd: string,
  { oids, check, signal }: Request,
): Promise<readonly Signature[]> {
  const signed = await Promise.all(oids.map(async (oid) => isSigned(await cat.read(oid))))
  const toCheck = oids.filter((_, at) => signed[at] === true)
  const checked = check ? await verify(git, cwd, toCheck, signal) : new Map<Oid, Signature>()
  return oids.map((commit, at) => {
    if (signed[at] !== true) return { commit, status: 'none' }
    return checked.get(commit) ?? { commit, status: check ? 'unknown' : 'unchecked' }
  })
}

/** Its header says so; lines of the message come after the first empty one. */
function isSigned(object: { readonly type: string; readonly bytes: Uint8Array } | undefined): boolean {
  if (object?.type !== 'commit') return false
  const text = Buffer.from(object.bytes).toString('latin1')
  const end = text.indexOf('\n\n')
  return /\ngpgsig(?:-sha256)? /.test(end < 0 ? text : text.slice(0, end))
}

async function verify(
  git: GitRunner,
  cwd: string,
  oids: readonly Oid[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Oid, Signature>> {
  if (oids.length === 0) return new Map()
  const format = '--format=%H%x1f%G?%x1f%GS%x1f%GK'
  const { stdout } = await git.run(
    ['log', '--no-walk=unsorted', '--stdin', '-z', '--no-show-signature', '--no-notes', format],
    { cwd, input: `${oids.join('\n')}\n`, signal, timeoutMs },
  )
  const records = new TextDecoder().decode(stdout).split('\0')
  return new Map(records.map(parseSignature).map((signature) => [signature.commit, signature]))
}

/** Git says `N` also where it has no means to check (ssh without a file of allowed signers): that is not known, not absent. */
const statuses: Readonly<Record<string, Signature['status']>> = {
  G: 'good',
  B: 'bad',
  R: 'revoked',
  X: 'expired',
  Y: 'expired',
}

function parseSignature(record: string): Signature {
  const [commit = '', status = '', signer = '', key = ''] = record.split('\x1f')
  return {
    commit,
    status: statuses[status] ?? 'unknown',
    ...(signer === '' ? {} : { signer: plain(signer) }),
    ...(key === '' ? {} : { key: plain(key) }),
  }
}
