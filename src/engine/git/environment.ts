import { devNull } from 'node:os'

/**
 * What a run of git may do. `read` takes no locks and runs nothing that a repository names; `network` is the same with a remote; `write` takes
 * locks but runs no hooks; `hooks` does what the operator confirmed, with the operator's hooks.
 */
export type GitMode = 'read' | 'network' | 'write' | 'hooks'

/** The environment of every git process (git.md, "Always"). */
export function gitEnvironment(inherited: Readonly<Record<string, string | undefined>>) {
  const kept = withoutGit(inherited)
  return (call: {
    readonly env?: Readonly<Record<string, string>>
    readonly mode?: GitMode
  }): Readonly<Record<string, string>> => ({
    ...kept,
    LC_ALL: 'C',
    TERM: 'dumb',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    // History is what the commits say: grafts are not followed, as replace refs are not.
    GIT_GRAFT_FILE: devNull,
    ...(call.mode === undefined || call.mode === 'read' || call.mode === 'write' ? offline : {}),
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
    // No prompt of any helper: a background fetch that asks would hang unseen.
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    SSH_ASKPASS_REQUIRE: 'force',
    GCM_INTERACTIVE: 'never',
    ...(call.mode === 'write' || call.mode === 'hooks' ? {} : { GIT_OPTIONAL_LOCKS: '0' }),
    ...call.env,
  })
}

/**
 * A partial clone fetches what it lacks by itself, with the programs that it names: no protocol is allowed then (git before 2.45 knows no
 * other way), and the object is absent.
 */
const offline = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' }

const always = {
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  // The same names are refused on every system: what is committed here is checked out elsewhere.
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  // Without these a clone's own settings would change what we read, or what the bytes of a message mean.
  'i18n.logOutputEncoding': 'UTF-8',
  'i18n.commitEncoding': 'UTF-8',
  'log.showSignature': 'false',
  'log.follow': 'false',
  // Names are what the commits say; `mailmap.file` may be any file of the machine, and of a pipe git would never come back.
  'log.mailmap': 'false',
  'advice.graftFileDeprecated': 'false',
}
const noHooks = { 'core.hooksPath': '/dev/null' }

/** Configuration that goes before the verb: nothing of a clone's configuration runs, but hooks in `hooks` mode. */
export function gitFlags(mode: GitMode): readonly string[] {
  const settings = mode === 'hooks' ? always : { ...always, ...noHooks }
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
}

/** Where configuration and the network are found is the operator's business; which repository is meant is ours. */
const keptVariables = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_EXEC_PATH',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_PROXY_COMMAND',
])

function withoutGit(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry
    return value !== undefined && (!name.startsWith('GIT_') || keptVariables.has(name))
  })
  return Object.fromEntries(kept)
}
