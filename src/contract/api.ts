import { z } from 'zod'
import { Audit, AuditRequest } from './audit.ts'
import { Blame, BlameRequest } from './blame.ts'
import { App, AppRow, AppSpec, DiscoveredApp, Workload } from './app.ts'
import { command, query, stream } from './call.ts'
import { CompareRequest, Comparison } from './compare.ts'
import { Connection, Context } from './cluster.ts'
import { delta } from './delta.ts'
import { Draft, DraftRequest, LandRequest } from './draft.ts'
import { Decisions, Plan } from './plan.ts'
import { Answer, Question } from './question.ts'
import { ManifestDiff, Problem, RenderedChange, ResourceKey } from './resource.ts'
import { Commit, FileDiff, Oid } from './revision.ts'
import { Check, Clone, CloneTrust, GitState, NetworkState, Settings } from './settings.ts'
import { SafetyReport } from './safety.ts'
import { Signature } from './signature.ts'
import { SourceSuggestions, UpgradeRequest, Upgrades } from './source.ts'
import { Operation } from './sync.ts'
import { TimelineRequest, TimelineRow } from './timeline.ts'

const None = z.object({}).strict()
const AppId = z.object({ appId: z.string() }).strict()
const CloneId = z.object({ cloneId: z.string() }).strict()

/** Every call that crosses a pipe: name, kind, input, output. Client, handlers and preload types are inferred from it. */
export const api = {
  /** Who answers, and what it can do. `desktop` can pick folders; `browser` cannot. */
  'about.get': query(
    None,
    z.object({
      version: z.string(),
      mode: z.enum(['desktop', 'browser', 'cli']),
      platform: z.string(),
      canPickFolder: z.boolean(),
      demo: z.enum(['off', 'on', 'available']),
    }),
  ),
  'doctor.run': query(None, z.array(Check)),
  /** Is the user's git there, looked at now? Without it clones are read and nothing is committed; one that is too old is refused. */
  'git.state': query(None, GitState),

  'settings.get': query(None, z.object({ settings: Settings, notice: z.string().optional() })),
  'settings.update': command(Settings.unwrap().partial().strict(), Settings),

  /** Everything the workspace holds, again whenever it changes. */
  'workspace.watch': stream(
    None,
    z.object({
      clones: z.array(Clone),
      apps: z.array(App),
      contexts: z.array(Context),
      settings: Settings,
      notices: z.array(z.string()),
    }),
  ),
  /** Opens the system's folder dialog; `undefined` when it was dismissed. UNAVAILABLE in browser mode. */
  'clones.pick': command(None, z.object({ path: z.string().optional() })),
  /** Git clones in usual places (recent folders, ~/src and the like); reads folder names only. */
  'clones.suggest': query(None, z.array(z.object({ path: z.string(), name: z.string() }))),
  'clones.add': command(z.object({ path: z.string().min(1) }).strict(), Clone),
  'clones.remove': command(CloneId, None),
  /** What a fetch would run here; the fingerprint goes back with `clones.trust`. */
  'clones.inspect': query(CloneId, CloneTrust),
  'clones.trust': command(z.object({ cloneId: z.string(), fingerprint: z.string() }).strict(), Clone),
  'clones.fetch': command(CloneId, Clone),
  /** Fetches earlier history of a shallow clone: so many commits, or all. `REPO_NOT_SHALLOW`, `REMOTE_*`. */
  'clones.deepen': command(
    z.object({ cloneId: z.string(), commits: z.number().int().positive().optional() }).strict(),
    Clone,
  ),
  /** How many objects that its apps need a partial clone left at its remote. Asks no remote. */
  'clones.missing': query(CloneId, z.object({ objects: z.number().int().nonnegative() })),
  /** Fetches those, in bulk. `REPO_OBJECTS_MISSING` where the remote does not give them, `REMOTE_*`. */
  'clones.fill': command(CloneId, Clone),
  /** Removes a lock that a killed git of ours left (`leftLock`), after looking again. `GIT_LOCK_HELD`. */
  'clones.remove-lock': command(
    z.object({ cloneId: z.string(), path: z.string(), token: z.string() }).strict(),
    Clone,
  ),
  /** The window tells how the machine is connected; it pauses fetching in the background, never what is asked for. */
  'network.tell': command(z.object({ state: NetworkState }).strict(), None),
  'clones.branches': query(CloneId, z.array(z.string())),

  'apps.discover': query(CloneId, z.array(DiscoveredApp)),
  'apps.add': command(AppSpec, App),
  'apps.update': command(z.object({ appId: z.string(), spec: AppSpec }).strict(), App),
  'apps.remove': command(AppId, None),
  'apps.watch': stream(None, delta(AppRow)),
  /** Compares an app with its cluster now; its row follows on `apps.watch`. */
  'apps.refresh': command(AppId, None),

  /** Workloads of the app with their pods, again whenever something moves. */
  'replicas.watch': stream(
    AppId,
    z.object({ workloads: z.array(Workload), live: z.boolean(), failure: Problem.optional() }),
  ),

  'timeline.watch': stream(TimelineRequest, delta(TimelineRow)),
  /** How commits are signed; in a clone that is not trusted nothing is started to find out. */
  'timeline.signatures': query(
    z.object({ appId: z.string(), commits: z.array(Oid).max(100) }).strict(),
    z.array(Signature),
  ),
  /** Rows of an app's timeline that are in view (their `index`): they are rendered first, and looked at as rollback targets. */
  'timeline.focus': command(
    z.object({ appId: z.string(), rows: z.array(z.number().int().nonnegative()).max(200) }).strict(),
    None,
  ),
  /** One commit of an app's timeline in full: its files (of the app's inputs) and its manifests. */
  'commit.show': query(
    z.object({ appId: z.string(), commit: Oid }).strict(),
    z.object({
      commit: Commit,
      message: z.string(),
      files: z.array(FileDiff),
      manifests: z.array(ManifestDiff),
      changes: z.array(RenderedChange),
      problems: z.array(Problem),
    }),
  ),

  /** Who changed what when: commits and syncs. */
  'audit.read': query(AuditRequest, Audit),
  'audit.export': query(
    z.object({ request: AuditRequest, format: z.enum(['markdown', 'csv', 'json']) }).strict(),
    z.object({ text: z.string() }),
  ),

  /** What is in an upgrade: per image that changes, the source commits between its versions. Uses no network. `DRAFT_GONE`. */
  'source.upgrades': query(UpgradeRequest, Upgrades),
  /** The images of an app, and which source clones they may be built from: proposed, never assumed. */
  'source.suggest': query(z.object({ spec: AppSpec }).strict(), SourceSuggestions),
  /** Where a field's value is written, and which commit wrote it there. `NOT_FOUND`, `COMMIT_MISSING`, `RENDER_*`. */
  'blame.field': query(BlameRequest, Blame),

  /** Any two sides of an app; see `Side`. */
  'compare.run': query(CompareRequest, Comparison),
  'compare.export': query(
    z.object({ request: CompareRequest, format: z.enum(['patch', 'markdown']) }).strict(),
    z.object({ text: z.string() }),
  ),

  /** Builds the draft in quarantine; nothing is in the user's repository. */
  'draft.create': command(DraftRequest, Draft),
  /** The cluster plan of the draft's result. Separate from `draft.create`, since drafts work without a cluster. */
  'draft.plan': command(z.object({ draftId: z.string() }).strict(), Plan),
  /** What speaks for and against the draft's result on its cluster, read now. */
  'draft.safety': query(z.object({ draftId: z.string() }).strict(), SafetyReport),
  'draft.discard': command(z.object({ draftId: z.string() }).strict(), None),
  /** DRAFT_STALE, DRAFT_BLOCKED, DRAFT_NEEDS_CHOICE, PLAN_STALE … before anything is done; afterwards the operation tells. */
  'draft.land': command(LandRequest, z.object({ operationId: z.string() })),

  /** Whatever git resolves in the app's clone: the beginning of an id, a branch, a tag, `main~2`. COMMIT_MISSING. */
  'commits.resolve': query(
    z.object({ appId: z.string(), revision: z.string().min(1) }).strict(),
    z.object({ commit: Oid }),
  ),
  /** The commit at the tip of the app's local branch, where it is one of ours. `pushed` = a remote has it, as far as the clone knows. */
  'commits.last': query(
    AppId,
    z.object({
      last: z
        .object({
          commit: Oid,
          branch: z.string(),
          subject: z.string(),
          app: z.string(),
          files: z.array(z.string()),
          pushed: z.boolean(),
        })
        .optional(),
    }),
  ),
  /** Moves the local branch back over that commit: TAKE_BACK_PUSHED, TAKE_BACK_NOTHING before anything is begun. */
  'commits.take-back': command(
    z.object({ appId: z.string(), commit: Oid }).strict(),
    z.object({ operationId: z.string() }),
  ),

  'plan.create': command(z.object({ appId: z.string(), revision: Oid.optional() }).strict(), Plan),
  /** Both sides of one change as YAML, secrets masked: live, and what the sync would make of it. */
  'plan.diff': query(z.object({ planId: z.string(), key: ResourceKey }).strict(), ManifestDiff),
  'sync.run': command(
    z.object({ planId: z.string(), fingerprint: z.string(), decisions: Decisions }).strict(),
    z.object({ operationId: z.string() }),
  ),

  'operations.watch': stream(z.object({ appId: z.string().optional() }).strict(), delta(Operation)),
  'operations.cancel': command(z.object({ operationId: z.string() }).strict(), None),
  'operations.resume': command(z.object({ operationId: z.string() }).strict(), None),
  /** Pushes the commit of a refused push to a branch of its own: a new operation. OPERATION_NOT_RESUMABLE where there is none. */
  'operations.propose': command(
    z.object({ operationId: z.string() }).strict(),
    z.object({ operationId: z.string() }),
  ),
  'operations.export': query(
    z.object({ format: z.enum(['markdown', 'json']), appId: z.string().optional() }).strict(),
    z.object({ text: z.string() }),
  ),

  /** What git and ssh ask now. Without anybody on this stream nothing is asked: what needed an answer fails. */
  'questions.watch': stream(None, delta(Question)),
  /** QUESTION_GONE. The text is never logged, stored or answered by any call. */
  'questions.answer': command(z.object({ id: z.string(), answer: Answer }).strict(), None),

  'connections.watch': stream(None, delta(Connection)),
  'connections.retry': command(z.object({ context: z.string() }).strict(), None),

  'demo.open': command(None, None),
  'demo.reset': command(None, None),
} as const

export type Api = typeof api
export type CallName = keyof Api
export type QueryOrCommandName = { [N in CallName]: Api[N]['kind'] extends 'stream' ? never : N }[CallName]
export type StreamName = { [N in CallName]: Api[N]['kind'] extends 'stream' ? N : never }[CallName]
export type Input<N extends CallName> = z.infer<Api[N]['input']>
export type Output<N extends CallName> = z.infer<Api[N]['output']>

/**
 * Calls of the in-process pipe alone: never served over IPC or WebSocket, never logged. `render` prints secret values, since the
 * person at the terminal asked for exactly that.
 */
export const localApi = {
  'render.print': query(
    z.object({ appId: z.string(), revision: z.string().optional() }).strict(),
    z.object({ yaml: z.string(), problems: z.array(Problem) }),
  ),
} as const
export type LocalApi = typeof localApi
