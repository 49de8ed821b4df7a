/** Words for the codes of clones that are odd, damaged or hostile. Part of `errorText`. */
export const repositoryErrorText = {
  REPO_UNSUPPORTED: {
    title: 'This kind of repository is not served',
    hint: 'Use an ordinary clone of it.',
  },
  REPO_CORRUPT: { title: 'The repository is damaged', hint: 'Run git fsck there.' },
  REPO_CONFIG_BROKEN: {
    title: "The repository's configuration cannot be read",
    hint: 'Mend the line that is named, in .git/config or in your own configuration.',
  },
  REPO_UNSAFE_NAMES: {
    title: 'The repository has names that Git would refuse',
    hint: 'Nothing is read or written there; ask its owner to run git fsck.',
  },
  REPO_TOO_LARGE: {
    title: 'The repository has more files than a commit can be made of here',
    hint: 'Make this commit with git yourself.',
  },
  REPO_NEEDS_GIT: {
    title: 'The repository is too large to be read without git',
    hint: 'Install git 2.25 or newer, or set its path in the settings, then open it again.',
  },
  GIT_LOCK_LEFT: {
    title: 'A lock was left behind by a git of Wheelhouse that was killed',
    hint: 'Remove the lock in Repositories, then go on.',
  },
  GIT_LOCK_HELD: {
    title: 'The lock is in use, or is another one by now',
    hint: 'Look again: it may be gone, or belong to a program that works there.',
  },
  REPO_SHALLOW: {
    title: 'The history of this clone ends here',
    hint: 'Fetch more history in Repositories, then try again.',
  },
  REPO_NOT_SHALLOW: {
    title: 'This clone has its whole history',
    hint: 'There is nothing to deepen.',
  },
  REPO_OBJECTS_MISSING: {
    title: 'The remote alone has these files',
    hint: 'Fetch the missing files in Repositories, then try again.',
  },
  REPO_SUBMODULE_MISSING: {
    title: 'A submodule is not there',
    hint: 'Run git submodule update --init there.',
  },
  OBJECT_TOO_LARGE: {
    title: 'The file is too large to read',
    hint: 'Files over 64 MB are not rendered or shown.',
  },
} as const
