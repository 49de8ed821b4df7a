/** Words for the codes of landing a commit: pushes, pull requests, commits taken back. Part of `errorText`. */
export const landingErrorText = {
  RETURN_MOVED: {
    title: 'The app lived in another folder at that commit',
    hint: 'Return to a commit since the move, or undo the commits since then one by one.',
  },
  UNDO_MOVED: {
    title: 'The commit belongs to a time when the app lived in another folder',
    hint: 'Return to the commit before it instead: that writes what was there into the folder of today.',
  },
  PUSH_REJECTED: {
    title: 'The remote has newer commits',
    hint: 'The draft is made anew on the new tip; look at it again.',
  },
  MESSAGE_CONVENTION_INVALID: {
    title: 'The conventions for commit messages cannot be saved like this',
    hint: 'Correct the named part: {subject} has to be in the template.',
  },
  MESSAGE_TICKET_MISSING: {
    title: 'The subject has no ticket yet',
    hint: 'Put the ticket in place of {ticket}, then go on.',
  },
  MESSAGE_REFUSED: {
    title: "The clone's commit-msg hook refused the message",
    hint: 'Read its words, correct the message, then land it again.',
  },
  TAKE_BACK_PUSHED: {
    title: 'A remote has this commit already',
    hint: 'Undo it with a new commit: others may have it.',
  },
  TAKE_BACK_NOTHING: {
    title: 'There is no commit of Wheelhouse to take back',
    hint: 'Only the last commit of the branch can be taken back; undo older ones.',
  },
  PUSH_ELSEWHERE: {
    title: 'The remote is pushed to another place than it is fetched from',
    hint: "Push to a branch and open a pull request, or mend the remote's push URL.",
  },
  BRANCH_NAMES_TAKEN: {
    title: 'No name is free for the branch',
    hint: 'Delete old branches of Wheelhouse on the remote, then try again.',
  },
  PULL_REQUEST_NO_REMOTE: {
    title: 'There is no remote to open a pull request on',
    hint: 'Add a remote and fetch, or land the commit locally.',
  },
  PULL_REQUEST_GONE: {
    title: 'The branch of the pull request is gone, and it was not merged',
    hint: 'It was closed there, or merged in another form: look at the timeline, then make the draft again.',
  },
  PUSH_PROTECTED: {
    title: 'The branch is protected',
    hint: 'Push to another branch and open a pull request, or ask for the right.',
  },
  PUSH_REFUSED: { title: 'The remote refused the push', hint: 'Read its words.' },
} as const
