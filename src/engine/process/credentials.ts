/** A command line as one may show it: user and password of URLs are masked, as are values of options that carry secrets. */
export function withoutCredentials(argv: readonly string[]): string {
  return argv.map((word) => quote(mask(word))).join(' ')
}

function mask(word: string): string {
  return word
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, '$1***@')
    .replace(/\b((?:token|password|secret|authorization|extraheader)\S*=).+/gi, '$1***')
}

function quote(word: string): string {
  return /^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
