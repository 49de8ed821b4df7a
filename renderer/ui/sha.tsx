/** A commit id as lists show it; whole in its title. */
export function Sha({ oid }: { readonly oid: string }) {
  return (
    <code className="mono" title={oid}>
      {oid.slice(0, 7)}
    </code>
  )
}
