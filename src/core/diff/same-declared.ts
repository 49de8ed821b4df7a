import { isObject, quantityOf } from '../manifest/index.ts'
import { itemId, listKeysOf } from './list-keys.ts'

/** All that is declared is live as declared; what the server filled in beside it does not count. Quantities are equal by value. */
export function sameDeclared(declared: unknown, live: unknown, field = ''): boolean {
  if (isObject(declared))
    return (
      isObject(live) &&
      Object.entries(declared).every(([name, value]) => sameDeclared(value, live[name], name))
    )
  if (Array.isArray(declared)) return Array.isArray(live) && sameList(declared, live, field)
  if (declared === live || (declared === null && live === undefined)) return true
  const quantity = quantityOf(declared)
  return quantity !== undefined && typeof declared !== typeof live
    ? quantity === quantityOf(live)
    : quantity !== undefined &&
        /[a-zA-Z]/.test(`${String(declared)}${String(live)}`) &&
        quantity === quantityOf(live)
}

function sameList(declared: readonly unknown[], live: readonly unknown[], field: string): boolean {
  if (declared.length !== live.length) return false
  const keys = listKeysOf(field, [declared, live])
  if (keys === undefined) return declared.every((item, index) => sameDeclared(item, live[index]))
  const byId = new Map(live.map((item) => [isObject(item) ? itemId(keys, item) : '', item]))
  return declared.every((item) => isObject(item) && sameDeclared(item, byId.get(itemId(keys, item))))
}
