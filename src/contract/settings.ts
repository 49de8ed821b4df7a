import { z } from 'zod'

export const Theme = z.enum(['system', 'light', 'dark'])

/**
 * How the team words commits. `template` holds `{subject}` and may hold `{app}`, `{action}` and `{ticket}`, which the operator replaces;
 * `coAuthors` are `Name <name@example.com>`.
 */
export const MessageConventions = z
  .object({
    template: z.string().max(200),
    conventional: z.boolean(),
    signOff: z.boolean(),
    coAuthors: z.array(z.string().max(200)).max(20).readonly(),
  })
  .readonly()
export type MessageConventions = z.infer<typeof MessageConventions>

/** What the operator may set. Versioned in its file; unknown keys of a newer version are kept. */
export const Settings = z
  .object({
    theme: Theme,
    /** Extra kubeconfig files beside KUBECONFIG and ~/.kube/config. */
    kubeconfigs: z.array(z.string()).readonly(),
    /** Per context: its colour and whether it is protected. */
    contexts: z.record(
      z.string(),
      z.object({ colour: z.string().optional(), protected: z.boolean().optional() }).readonly(),
    ),
    fetchIntervalSeconds: z.number().int().min(10).max(86_400),
    landing: z.enum(['push', 'pull-request', 'local']),
    message: MessageConventions.optional(),
    gitPath: z.string().optional(),
    caBundle: z.string().optional(),
  })
  .readonly()
export type Settings = z.infer<typeof Settings>

/** How far a fetch or push is, in git's own phases. `percent` only where git knows the total. */
export const TransferProgress = z
  .object({
    phase: z.string(),
    percent: z.number().int().min(0).max(100).optional(),
    done: z.number().int().nonnegative(),
    total: z.number().int().nonnegative().optional(),
  })
  .readonly()
export type TransferProgress = z.infer<typeof TransferProgress>

/** What the window knows of the machine's network: nothing is fetched in the background but `online`. */
export const NetworkState = z.enum(['online', 'offline', 'metered'])
export type NetworkState = z.infer<typeof NetworkState>

/** What makes a clone unlike most; each is served. `linked`: a work tree of another clone. `partial`: its remote alone has some of the files. */
export const CloneKind = z.enum([
  'bare',
  'linked',
  'shallow',
  'partial',
  'sparse',
  'sha256',
  'grafts',
  'replaced',
])
export type CloneKind = z.infer<typeof CloneKind>

/** A local Git repository the operator added. `trusted` = the network may be used in it. */
export const Clone = z
  .object({
    id: z.string(),
    name: z.string(),
    path: z.string(),
    trusted: z.boolean(),
    remote: z.string().optional(),
    remoteUrl: z.string().optional(),
    branch: z.string().optional(),
    kinds: z.array(CloneKind).readonly(),
    /** A fetch is under way; empty until git tells how far it is. */
    fetching: z.object({ progress: TransferProgress.optional() }).readonly().optional(),
    /** When the background fetches it next; absent while it does not. */
    nextFetchAt: z.string().optional(),
    lastFetch: z.object({ at: z.string(), failure: z.string().optional() }).readonly().optional(),
    /** A lock that a git of ours left there when it was killed; `token` names this very file. */
    leftLock: z.object({ path: z.string(), token: z.string(), since: z.string() }).readonly().optional(),
    problem: z.object({ code: z.string(), message: z.string() }).readonly().optional(),
  })
  .readonly()
export type Clone = z.infer<typeof Clone>

/** Asked before the first network use: what a fetch would run because this clone's own configuration says so. */
export const CloneTrust = z.object({
  cloneId: z.string(),
  runs: z.array(z.string()).readonly(),
  fingerprint: z.string(),
})
export type CloneTrust = Readonly<z.infer<typeof CloneTrust>>

/** `missing`: clones are read without it, and nothing is committed or fetched. */
export const GitState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), version: z.string() }),
  z.object({ state: z.literal('missing') }),
  z.object({ state: z.literal('too-old'), message: z.string() }),
])
export type GitState = z.infer<typeof GitState>

/** One line of the doctor, with its fix when it is not fine. */
export const Check = z
  .object({
    id: z.string(),
    title: z.string(),
    state: z.enum(['ok', 'warn', 'fail', 'skipped']),
    found: z.string(),
    fix: z.string().optional(),
  })
  .readonly()
export type Check = z.infer<typeof Check>
