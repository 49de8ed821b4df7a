/** Words for the codes of the network and of what it asks. Part of `errorText`. */
export const networkErrorText = {
  REMOTE_UNREACHABLE: {
    title: 'The remote does not answer',
    hint: 'Check the network, then try again; nothing was pushed.',
  },
  REMOTE_PROXY: {
    title: 'The proxy does not let Git through',
    hint: "Check http.proxy, https_proxy and the proxy's own sign-in, then try again; nothing was pushed.",
  },
  REMOTE_CERTIFICATE: {
    title: "The remote's certificate is not trusted",
    hint: 'Name the authority that signed it in http.sslCAInfo, or mend the clock; checking stays on.',
  },
  REMOTE_CREDENTIALS: {
    title: 'The remote wants credentials',
    hint: 'Fetch or push by hand to be asked for them, or sign in with your credential helper or ssh-agent.',
  },
  REMOTE_HOST_UNKNOWN: {
    title: "The remote's host key is not known",
    hint: 'Fetch by hand: the fingerprint is shown and asked about.',
  },
  REMOTE_HOST_KEY: {
    title: "The remote's host key has changed",
    hint: 'Ask who runs the host for its fingerprint. Only if it is the one shown, remove the old key from known_hosts.',
  },
  QUESTION_UNANSWERED: {
    title: 'Nobody answered in time',
    hint: 'Try again, and answer what is asked within five minutes; nothing was changed.',
  },
  QUESTION_GONE: {
    title: 'This is not asked any more',
    hint: 'What asked has ended; try it again.',
  },
} as const
