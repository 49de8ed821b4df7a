import { posix } from 'node:path'
import { owners, rooms } from './rooms.ts'

const doors: Readonly<Record<string, string>> = {
  '#contract': 'src/contract',
  '#core': 'src/core',
  '#engine': 'src/engine',
  '#host': 'src/host',
  '#web': 'src/web',
  '#demo': 'src/demo',
}
const names = Object.keys(rooms).toSorted((a, b) => b.length - a.length)

/** The room that a file of the project is in: the longest folder that fits. */
export function roomOf(file: string): string | undefined {
  return names.find((room) => file.startsWith(`${room}/`))
}

/** What a file imports that it must not, in words; empty = fine. `import type` counts: a type ties rooms together as a value does. */
export function forbiddenImports(file: string, text: string): readonly string[] {
  const room = roomOf(file)
  if (room === undefined) return []
  return specifiers(text).flatMap((specifier) => {
    const why = specifier.startsWith('.')
      ? relativeFault(file, room, specifier)
      : packageFault(room, specifier)
    return why === undefined ? [] : [`${file} imports ${specifier}: ${why}`]
  })
}

function specifiers(text: string): readonly string[] {
  const found = text.matchAll(
    /\bfrom\s+['"]([^'"\n]+)['"]|^\s*import\s+['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/gm,
  )
  return [...new Set([...found].map(([, a, b, c]) => a ?? b ?? c ?? ''))]
}

function relativeFault(file: string, room: string, specifier: string): string | undefined {
  const target = posix.normalize(posix.join(posix.dirname(file), specifier))
  const other = roomOf(target)
  if (other === room) return undefined
  if (other === undefined) return 'it leads out of the rooms'
  // The engine's parts see each other's doors by path; every other room is reached by its name.
  const inEngine = room.startsWith('src/engine') && other.startsWith('src/engine')
  if (!inEngine) return 'a path between rooms: use the door'
  if (!allowed(room, other)) return `${room} may not see ${other}`
  const door = other === 'src/engine' || target === `${other}/index.ts`
  return door || room === 'src/engine' ? undefined : `inside of ${other}: only its door is open`
}

function packageFault(room: string, specifier: string): string | undefined {
  const other = doors[specifier]
  if (other !== undefined)
    return other === room || allowed(room, other) ? undefined : `${room} may not see ${other}`
  if (specifier.startsWith('#')) return 'there is no such door'
  return owners.find(({ module, room: owner }) => module.test(specifier) && !owner.test(room))?.why
}

function allowed(room: string, other: string): boolean {
  const list = rooms[room] ?? []
  return list.includes(other) || (list.includes('src/engine/*') && other.startsWith('src/engine/'))
}
