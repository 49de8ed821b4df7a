/** What is done with Git here, each row with the tests that do it: `file: title`, below `test/`. */
export const ways: readonly {
  readonly feature: string
  readonly answer: 'served' | 'refused' | 'read'
  readonly words: string
  readonly tests: readonly string[]
}[] = [
  {
    feature: 'Undo one commit, several, a range, an undo',
    answer: 'served',
    words: 'one commit, of the chosen paths alone, as `git revert` makes it',
    tests: [
      'engine/git/undo.git.test.ts: an undo keeps later changes of the same file and touches no other path',
      'engine/draft/together.git.test.ts: chosen files of a commit, and of a range, are taken back alone',
      'engine/draft/together.git.test.ts: the undo of the undo is the tree before',
    ],
  },
  {
    feature: 'Undo a merge',
    answer: 'served',
    words: 'against either parent',
    tests: [
      'engine/draft/conflicts.git.test.ts: a merge commit is undone against the parent that is named, and only the paths that are named',
    ],
  },
  {
    feature: 'Undo chosen files or objects of a commit',
    answer: 'served',
    words: 'objects by their documents, byte for byte; what cannot be told apart is `EDIT_REFUSED`',
    tests: [
      'engine/draft/objects.git.test.ts: one object of a commit is taken back: its document, and no other byte',
      'engine/draft/objects.git.test.ts: a file whose documents cannot be told apart is EDIT_REFUSED, and nothing was made',
    ],
  },
  {
    feature: 'Return an app, several, a folder',
    answer: 'served',
    words: 'one commit, as `git restore --source` makes it',
    tests: [
      'engine/draft/together.git.test.ts: two apps return in one commit, as git restore makes them, and the words say both',
      'engine/draft/together.git.test.ts: a folder returns whole, also what no app reads in it, and nothing beside it',
    ],
  },
  {
    feature: 'Across a move of the folder',
    answer: 'served',
    words: 'a return; an undo of what was before it is refused, and what cannot be proved equal',
    tests: [
      'engine/timeline/moved.git.test.ts: a return across two moves writes what was there into the folder of today, and lands',
      'engine/timeline/moved.git.test.ts: an undo of the move, and of what was before it, is refused',
    ],
  },
  {
    feature: 'Conflicts',
    answer: 'served',
    words: 'three sides on screen, by a side or by hand; a merge driver of `.gitattributes` never runs',
    tests: [
      'engine/draft/conflicts.git.test.ts: a conflict is shown with its three sides; written by hand it lands byte for byte',
      'engine/git/undo.git.test.ts: a path whose merge .gitattributes gives to a driver is a conflict, and the driver never runs',
    ],
  },
  {
    feature: 'Push to the tracked branch',
    answer: 'served',
    words: 'compare-and-swap, never forced; where others were first it is made again and shown if it differs',
    tests: [
      'engine/git/push.git.test.ts: a remote that moved refuses with PUSH_REJECTED, keeps its commit and names it',
      'engine/calls/replan.git.test.ts: somebody who pushes before each of our pushes delays it, and nobody is forced',
    ],
  },
  {
    feature: 'Pull request',
    answer: 'served',
    words:
      'the page of GitHub, GitLab, Bitbucket, Gitea, Forgejo or Azure DevOps; followed over a merge, squash or rebase',
    tests: [
      'engine/calls/pull-request.git.test.ts: over a git daemon: the hook refuses the push, the commit is proposed, merged there and followed',
      'engine/git/propose.git.test.ts: a squash of the branch with what a reviewer added to it is found by its patch',
    ],
  },
  {
    feature: 'Local commit, and taking it back',
    answer: 'served',
    words: 'while no remote has it; else `TAKE_BACK_PUSHED`',
    tests: [
      'engine/git/land.git.test.ts: local landing moves branch and work tree by compare-and-swap',
      'engine/git/take-back.git.test.ts: what a remote has is TAKE_BACK_PUSHED: on the tracked branch, or on any other',
    ],
  },
  {
    feature: 'Several remotes, push URLs, forks, refspecs of your own',
    answer: 'served',
    words: 'two push URLs of different repositories are `PUSH_ELSEWHERE`',
    tests: [
      'engine/git/remotes.git.test.ts: of several remotes the one that the branch tracks is pushed to, whatever its name',
      'engine/git/remotes.git.test.ts: a push URL of another repository whose branch is elsewhere is PUSH_ELSEWHERE, and names it without credentials',
      'engine/calls/pull-request.git.test.ts: who pushes to a fork proposes from there, unless the tracked branch is asked for',
    ],
  },
  {
    feature: 'Signing with ssh, gpg and X.509',
    answer: 'served',
    words: 'as Git is configured; another way is `GIT_SIGNING_UNSUPPORTED`',
    tests: [
      'engine/network/signing.git.test.ts: a commit is signed with an ssh key whose passphrase is asked for when it lands, not before',
      'engine/network/signing.git.test.ts: a way of signing that is none is GIT_SIGNING_UNSUPPORTED before a draft is made',
    ],
  },
  {
    feature: 'Credential helpers, passwords, host keys, proxies',
    answer: 'served',
    words: 'asked for in the window, never stored; in the background never asked for',
    tests: [
      'engine/network/askpass.git.test.ts: a fetch that was asked for asks for name and password, and leaves nothing behind',
      'engine/network/ssh-and-background.git.test.ts: an unknown host is asked about with its fingerprint, and a yes lets the fetch go on',
      'engine/network/proxy.git.test.ts: a proxy of the environment is used for fetch and push',
    ],
  },
  {
    feature: 'Hooks',
    answer: 'served',
    words:
      '`commit-msg` (git 2.36) and `pre-push` once the clone is trusted; others do not run, and are named',
    tests: [
      'engine/git/commit.git.test.ts: the commit-msg hook runs for the commit and not for its preview; hooks that do not run are named',
      'engine/git/commit.git.test.ts: below git 2.36 the commit-msg hook cannot be run: it is named with those that do not run',
    ],
  },
  {
    feature: 'A merge, rebase or bisect under way in the work tree',
    answer: 'refused',
    words: '`REPO_IN_PROGRESS` where the branch would move; a push goes on',
    tests: [
      'engine/git/land.git.test.ts: local landing refuses a moved branch, a touched dirty file and a merge under way, and changes nothing',
      'engine/git/take-back.git.test.ts: a rebase under way refuses with REPO_IN_PROGRESS',
    ],
  },
  {
    feature: 'No git on the machine',
    answer: 'read',
    words: 'history, render and compare by isomorphic-git, up to 300 MB of packs; all else is `GIT_MISSING`',
    tests: [
      'engine/git/without-git.git.test.ts: what writes, uses the network or signs is refused, and the clone stays as it was',
      'engine/git/without-git.git.test.ts: more than 300 MB of packs are not loaded into memory',
    ],
  },
  {
    feature: 'git before 2.25',
    answer: 'refused',
    words: '`GIT_TOO_OLD`',
    tests: ['engine/git/open.git.test.ts: without git, or with an old one, the doctor is what helps'],
  },
]
