/** A field's path as people type it, in the form that differences have: `spec.containers[name=web].image` -> `.spec.containers[name="web"].image`. */
export function typedPath(text: string): string {
  const path = text.trim()
  // A dot alone is the whole object.
  if (path === '' || path === '.') return ''
  const dotted = /^[.[]/.test(path) ? path : `.${path}`
  // A key with dots and slashes may stand in brackets, as in other tools.
  return dotted
    .replaceAll(/\["([^"=]+)"\]/g, '.$1')
    .replaceAll(
      /\[([A-Za-z][\w.-]*=[^\]"]+(?:,[A-Za-z][\w.-]*=[^\]"]+)*)\]/g,
      (_whole, pairs: string) => `[${pairs.split(',').map(quoted).join(',')}]`,
    )
}

/** Numbers stay numbers: `containerPort=80`. */
function quoted(pair: string): string {
  const at = pair.indexOf('=')
  const value = pair.slice(at + 1)
  return /^\d+$/.test(value) ? pair : `${pair.slice(0, at + 1)}${JSON.stringify(value)}`
}
