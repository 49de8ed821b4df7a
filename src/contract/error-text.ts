import { landingErrorText } from './landing-error-text.ts'
import { networkErrorText } from './network-error-text.ts'
import { repositoryErrorText } from './repository-error-text.ts'
import { sourceErrorText } from './source-error-text.ts'

/**
 * Words for every code: `title` names what happened, `hint` what to do now. CLI and interface share the table; `ErrorCode` is its
 * keys, so a code without words cannot exist.
 */
export const errorText = {
  INTERNAL: {
    title: 'Something went wrong inside Wheelhouse',
    hint: "Look at the log; the operation's record says how far it got.",
  },
  BAD_REQUEST: {
    title: 'The request was not understood',
    hint: 'Reload the window; if it stays, the window and the engine differ in version.',
  },
  NOT_FOUND: { title: 'There is no such thing', hint: 'Refresh the list and choose again.' },
  UNAVAILABLE: {
    title: 'The engine is not running',
    hint: 'It is being started again; try once more in a moment.',
  },
  TOO_MANY_CALLS: { title: 'Too many calls at once', hint: 'Wait for some to finish.' },
  CANCELLED: { title: 'Cancelled', hint: 'Nothing more was done after the cancel.' },
  DISK_FULL: { title: 'The disk is full', hint: 'Free some space, then go on; nothing was lost.' },
  DISK_FAILED: {
    title: 'The disk refused to read or write',
    hint: "Check the folder's rights and the disk.",
  },
  SETTINGS_NEWER: { title: 'The settings were written by a newer version', hint: 'Update Wheelhouse.' },
  RESOLUTION_BROKEN: {
    title: 'The resolved conflict does not render',
    hint: 'Correct the text of the named file, or take one of the two sides.',
  },
  COMPARE_INVALID: {
    title: 'These two cannot be compared',
    hint: 'Choose another side: a commit, a branch, the work tree or another app.',
  },
  COMPARE_TOO_LARGE: {
    title: 'Too many files differ to be shown',
    hint: 'Compare closer revisions, or use git diff for the files.',
  },
  INDEX_UNMERGED: {
    title: 'A merge is not resolved in the index',
    hint: 'Finish the merge with git, then compare again.',
  },
  APP_INVALID: { title: 'The app cannot be saved like this', hint: 'Correct the named field.' },
  APP_EXISTS: { title: 'There is already an app of this name', hint: 'Choose another name.' },
  APP_NO_DESTINATION: { title: 'The app has no destination', hint: 'Set a context and a namespace for it.' },
  GIT_MISSING: {
    title: 'git is not on this machine',
    hint: 'Install git 2.25 or newer, or set its path in the settings.',
  },
  GIT_TOO_OLD: { title: 'git is too old', hint: 'Install git 2.25 or newer.' },
  GIT_FAILED: { title: 'git failed', hint: 'Read its words; run the shown command to see more.' },
  GIT_TIMEOUT: {
    title: 'git did not answer in time',
    hint: 'Try again; look whether something holds the repository.',
  },
  GIT_IDENTITY_MISSING: {
    title: 'Git does not know who you are',
    hint: 'Set user.name and user.email, then try again.',
  },
  GIT_BUSY: {
    title: 'The repository is busy',
    hint: 'Another program holds a lock; finish it there, then try again.',
  },
  GIT_SIGNING_UNSUPPORTED: {
    title: 'This git cannot sign commits as it is configured',
    hint: 'Signing with ssh needs git 2.34; update git, or set gpg.format to openpgp.',
  },
  GIT_SIGNING_FAILED: {
    title: 'The commit could not be signed',
    hint: 'Check user.signingkey and gpg.format; unlock the key (gpg asks through its own pinentry, which needs a display), then try again. Nothing was committed.',
  },
  GIT_REF_MOVED: {
    title: 'The branch moved meanwhile',
    hint: 'Look at the draft again; it is made anew on the new tip.',
  },
  REPO_MISSING: {
    title: 'The folder is not there',
    hint: 'Choose where the clone is now, or remove it from the list.',
  },
  REPO_NOT_GIT: {
    title: 'The folder is not a Git repository',
    hint: 'Choose the folder that holds the .git folder.',
  },
  REPO_DUBIOUS: {
    title: 'Git refuses this folder: it belongs to another user',
    hint: 'If you trust it, run the shown command yourself.',
  },
  REPO_EMPTY: { title: 'The repository has no commit', hint: 'Make a first commit.' },
  REPO_DETACHED: { title: 'No branch is checked out', hint: 'Choose the branch that the app follows.' },
  REPO_IN_PROGRESS: {
    title: 'A merge, rebase or revert is in progress there',
    hint: 'Finish or abort it, then try again.',
  },
  BRANCH_MISSING: { title: 'The branch is not there', hint: 'Choose another branch, or fetch.' },
  COMMIT_MISSING: { title: 'The commit is not in this clone', hint: 'Fetch, then try again.' },
  WORKTREE_DIRTY: {
    title: 'Files that the commit touches have changes of yours',
    hint: 'Commit or put them aside, then try again.',
  },
  UNDO_CONFLICT: {
    title: 'The undo meets later changes',
    hint: 'Choose Return to commit, or undo the later commits too.',
  },
  UNDO_NOTHING: { title: 'There is nothing to undo', hint: 'These changes are no longer there.' },
  RETURN_NOTHING: {
    title: 'The app is already as it was at that commit',
    hint: 'Nothing needs to be committed.',
  },
  RETURN_APART: {
    title: 'These apps cannot return in one commit',
    hint: 'Choose apps of the same clone and branch, or make a draft for each.',
  },
  RETURN_PATH_MISSING: {
    title: 'The folder is in neither commit',
    hint: 'Name a folder of the clone, from its root, as it is written in Git.',
  },
  DRAFT_STALE: {
    title: 'The draft is no longer what was shown',
    hint: 'Look at it again; it was made anew.',
  },
  DRAFT_GONE: { title: 'The draft is gone', hint: 'Make it again; nothing had been committed.' },
  DRAFT_NEEDS_CHOICE: {
    title: 'The draft touches inputs that other apps read',
    hint: 'Include or leave out the shared inputs, then go on.',
  },
  DRAFT_BLOCKED: { title: 'The draft cannot be landed', hint: 'Read its reasons.' },
  EDIT_NO_SOURCE: {
    title: 'No place in the sources sets this value',
    hint: 'Set it in a manifest, an overlay or a values file first.',
  },
  EDIT_AMBIGUOUS: {
    title: 'More than one place could set this value',
    hint: 'Edit the file by hand; Wheelhouse never guesses.',
  },
  EDIT_REFUSED: {
    title: 'This file cannot be edited safely',
    hint: 'Edit it by hand; the reason is in the message.',
  },
  EDIT_NOT_PROVEN: {
    title: 'The edit would change something else too',
    hint: 'Edit the file by hand; nothing was written.',
  },
  EDIT_NOTHING: { title: 'The value is already that', hint: 'Choose another number.' },
  AUTOSCALER_OWNS: {
    title: 'An autoscaler owns the replica count',
    hint: "Change the autoscaler's range instead.",
  },
  ...networkErrorText,
  CLONE_NOT_TRUSTED: {
    title: 'The network is not used in this clone yet',
    hint: 'Look at what a fetch would run, then trust the clone.',
  },
  ...landingErrorText,
  ...repositoryErrorText,
  ...sourceErrorText,
  RENDER_FAILED: { title: 'The manifests could not be rendered', hint: 'Correct the named file.' },
  RENDER_PATH_MISSING: {
    title: "The app's folder is not in this commit",
    hint: 'Choose another commit or correct the path.',
  },
  RENDER_REMOTE_BASE: {
    title: 'A remote base would need the network',
    hint: 'Vendor it into the repository.',
  },
  RENDER_HELM_CHARTS_FIELD: {
    title: 'helmCharts in a kustomization is not rendered',
    hint: 'Render the chart as an app of its own, or vendor its output.',
  },
  RENDER_CHART_DEPENDENCY_MISSING: {
    title: 'A chart dependency is not vendored',
    hint: 'Run helm dependency update and commit charts/.',
  },
  RENDER_PLUGIN_REFUSED: {
    title: 'Plugins are never run',
    hint: 'Use built-in transformers and generators.',
  },
  RENDER_NOT_STABLE: {
    title: 'The templates give another result each time',
    hint: 'Remove random values and the clock from the templates.',
  },
  RENDER_TIMEOUT: { title: 'Rendering took too long and was ended', hint: 'Look for an endless template.' },
  RENDER_TOO_LARGE: { title: 'The render is too large', hint: 'Split the app.' },
  RENDER_SYMLINK_OUTSIDE: { title: 'A symbolic link leads out of the repository', hint: 'Remove the link.' },
  RENDER_SEALED_FILE: {
    title: 'What Git has of a file is not the file',
    hint: 'Keep manifests out of Git LFS and git-crypt, or use a controller that unlocks them.',
  },
  RENDER_ENCRYPTED: {
    title: 'A value is still encrypted',
    hint: 'Wheelhouse does not decrypt; use a controller that does.',
  },
  MANIFEST_INVALID: { title: 'The YAML cannot be read', hint: 'Correct the named line.' },
  MANIFEST_DUPLICATE: { title: 'An object is declared twice', hint: 'Keep one of them.' },
  MANIFEST_TOO_LARGE: { title: 'The manifest is too large', hint: 'Split it.' },
  MERGE_FAILED: {
    title: 'The objects could not be merged here',
    hint: 'Get the right to let the server compare, or look at the manifest.',
  },
  KUBECONFIG_MISSING: {
    title: 'There is no kubeconfig',
    hint: 'Set KUBECONFIG, or add a file in the settings.',
  },
  KUBECONFIG_BROKEN: {
    title: 'The kubeconfig cannot be read',
    hint: 'Correct the named file; the other files are used.',
  },
  CONTEXT_MISSING: { title: 'The context is not in the kubeconfig', hint: 'Choose another context.' },
  KUBE_UNREACHABLE: {
    title: 'The cluster does not answer',
    hint: 'Check the network or VPN, then try again.',
  },
  KUBE_TIMEOUT: { title: 'The cluster did not answer in time', hint: 'Try again.' },
  KUBE_UNAUTHORIZED: { title: 'The cluster does not accept your credentials', hint: 'Sign in again.' },
  KUBE_FORBIDDEN: { title: 'You have no right to do that', hint: 'Ask for the named right.' },
  KUBE_TLS: {
    title: "The cluster's certificate is not trusted",
    hint: 'Set the CA in the kubeconfig or the CA bundle in the settings.',
  },
  KUBE_EXEC_MISSING: {
    title: 'The sign-in program is not there',
    hint: 'Install it, or correct its name in the kubeconfig.',
  },
  KUBE_EXEC_FAILED: { title: 'The sign-in program failed', hint: 'Run it in a terminal to see why.' },
  KUBE_EXEC_TIMEOUT: {
    title: 'The sign-in program did not finish',
    hint: 'Run it in a terminal; it may wait for input.',
  },
  KUBE_NOT_FOUND: { title: 'The object is not in the cluster', hint: 'Refresh.' },
  KUBE_CONFLICT: { title: 'The object was changed by somebody else', hint: 'Make the plan again.' },
  KUBE_INVALID: { title: 'The cluster refused the object', hint: 'Correct the named field.' },
  KUBE_EXPIRED: { title: 'The list is too old', hint: 'It is read again.' },
  KUBE_TOO_LARGE: { title: "The cluster's answer is too large", hint: 'Narrow it down.' },
  KUBE_UNKNOWN_KIND: { title: 'The cluster does not know this kind', hint: 'Install its CRD first.' },
  KUBE_FAILED: { title: 'The cluster answered with an error', hint: 'Read its words.' },
  CLUSTER_CHANGED: {
    title: 'This is another cluster than the one that was shown',
    hint: 'Make the plan again.',
  },
  PLAN_STALE: { title: 'The plan is no longer what was shown', hint: 'Look at the new plan.' },
  PLAN_GONE: { title: 'The plan is gone', hint: 'Make it again.' },
  PLAN_BLOCKED: { title: 'The plan cannot be synced', hint: 'Read its reasons.' },
  PLAN_NOT_APPROVED: { title: 'The plan needs a decision', hint: 'Tick what it asks for.' },
  CONTEXT_NOT_CONFIRMED: { title: 'The context is protected', hint: 'Type its name.' },
  SYNC_RUNNING: { title: 'A sync of this app is running', hint: 'Wait for it, or cancel it.' },
  SYNC_LOCKED: { title: 'Somebody else is syncing this app', hint: 'Wait until the lock runs out.' },
  SYNC_FAILED: { title: 'The sync did not finish', hint: "Read the objects' results, then go on." },
  SYNC_STOPPED: { title: 'The world moved and the sync stopped', hint: 'Look at the new plan.' },
  HOOKS_NOT_SUPPORTED: {
    title: 'The app has hooks, which are not run yet',
    hint: 'Sync it with Argo CD or Helm.',
  },
  COMPANION_MODE: {
    title: 'The app belongs to another controller',
    hint: 'Commit and push; that controller syncs it.',
  },
  FOREIGN_OWNER: {
    title: 'The object belongs to somebody else',
    hint: 'Leave it, or take it out of the app.',
  },
  APPLYSET_FOREIGN: { title: 'The inventory belongs to another tool', hint: 'Choose another app name.' },
  ANCESTRY: {
    title: 'The revision is older than what is synced',
    hint: 'Say that it is a rollback, or fetch first.',
  },
  CONTESTED: {
    title: 'Another controller owns a field',
    hint: 'Take the field out of Git, or out of that controller.',
  },
  LIVE_UNKNOWN: {
    title: 'The live state could not be read',
    hint: 'Get the right to read it; nothing is pruned meanwhile.',
  },
  IMMUTABLE_FIELD: {
    title: 'The cluster refuses to change this field',
    hint: 'Recreate the object by hand, or take the change back.',
  },
  HEALTH_DEGRADED: {
    title: 'The app is degraded',
    hint: 'Read the cause; return to the last healthy commit.',
  },
  HEALTH_TIMEOUT: { title: 'The app is not healthy yet', hint: 'It goes on; look at what it waits for.' },
  NOT_VERIFIED: { title: 'The server did not check this object', hint: 'It is checked when it is applied.' },
  DRY_RUN_REFUSED: {
    title: 'A webhook does not allow dry runs',
    hint: 'The comparison was made here instead.',
  },
  OPERATION_NOT_RESUMABLE: { title: 'This operation cannot go on', hint: 'Make a new one.' },
  PORT_IN_USE: { title: 'The port is in use', hint: 'Choose another one.' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly hint: string }>>

export type ErrorCode = keyof typeof errorText
