/** May a tag be called so? git's own rules (check-ref-format); what breaks them is no name, so that it is never asked for. */
export function isTagName(name: string): boolean {
  if (name === '' || name.length > 250 || name === '@' || name.endsWith('.')) return false
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/.test(name)) return false
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
}
