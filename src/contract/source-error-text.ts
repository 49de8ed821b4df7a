/** Words for the codes of source clones. Part of `errorText`. */
export const sourceErrorText = {
  SOURCE_CLONE_GONE: {
    title: 'The source clone is not in the workspace',
    hint: 'Add the clone in Repositories, then name it as the source again.',
  },
  SOURCE_VERSION_MISSING: {
    title: 'The source clone does not have this version',
    hint: 'Fetch the source clone. If its tags are named otherwise, tell how in the source of the app.',
  },
  SOURCE_VERSION_AMBIGUOUS: {
    title: 'Several commits could be this version',
    hint: 'Tell in the source of the app how its tags are named.',
  },
  SOURCE_FOLDER_MISSING: {
    title: 'The source clone does not have this folder',
    hint: 'Correct the folder in the source of the app.',
  },
  SOURCE_HISTORY_CUT: {
    title: 'The history of the source clone ends too early',
    hint: 'Deepen the source clone in Repositories.',
  },
  SOURCE_DIFFERS: {
    title: 'The two images come from different sources',
    hint: 'There are no commits between them; compare the configuration instead.',
  },
} as const
