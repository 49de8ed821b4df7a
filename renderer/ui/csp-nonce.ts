/** The value that lets inserted styles in; the server of the page puts a fresh one in for each answer. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
