import type { FieldManager, LiveField, ResourceKey } from '#contract'
import { AppError } from '#contract'
import { managersOf, readPath, redact, sameDeclared, valueText } from '#core'
import type { JsonObject } from '#core'

export type LiveReader = (
  key: ResourceKey,
  signal: AbortSignal | undefined,
) => Promise<JsonObject | undefined>

/** The field in the cluster, and who holds it there. A cluster that cannot be read is unknown, and says why. */
export async function readLiveField(
  read: LiveReader,
  field: { readonly key: ResourceKey; readonly path: string; readonly declared: JsonObject | undefined },
  signal: AbortSignal | undefined,
): Promise<LiveField> {
  const { key, path, declared } = field
  try {
    const object = await read(key, signal)
    const found = readPath(object, path)
    if (object === undefined || !found.found) return { state: 'absent', managers: [] }
    const wanted = readPath(declared, path)
    const same = wanted.found && sameDeclared(wanted.value, found.value, lastName(path))
    return {
      state: same ? 'same' : wanted.found ? 'differs' : 'undeclared',
      value: valueText(readPath(redact(object), path).value),
      managers: managersOf(object, path).map(({ manager, operation, subresource, time }): FieldManager => ({
        manager,
        operation,
        ...(subresource === '' ? {} : { subresource }),
        ...(time === undefined ? {} : { at: time }),
      })),
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    return { state: 'unknown', managers: [], message: error.message }
  }
}

function lastName(path: string): string {
  return /\.([^.[]+)(\[[^\]]*\])*$/.exec(path)?.[1] ?? ''
}
