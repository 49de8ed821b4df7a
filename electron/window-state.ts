import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'

export type Rectangle = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type WindowState = { readonly bounds: Rectangle | undefined; readonly maximized: boolean }

const initial: WindowState = { bounds: undefined, maximized: false }

/** The last window's place. A file that cannot be read costs only the place. */
export function readWindowState(file: string): WindowState {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isState(read) ? read : initial
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return initial
    throw error
  }
}

export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  await writeFile(file, JSON.stringify(state))
}

/** Bounds that are still on a screen by at least a title bar's width; a monitor may have been unplugged. */
export function visibleBounds(
  bounds: Rectangle | undefined,
  screens: readonly Rectangle[],
): Rectangle | undefined {
  if (bounds === undefined || bounds.width < 400 || bounds.height < 300) return undefined
  const visible = screens.some(
    (screen) =>
      bounds.x + bounds.width > screen.x + 100 &&
      bounds.x < screen.x + screen.width - 100 &&
      bounds.y >= screen.y - 10 &&
      bounds.y < screen.y + screen.height - 60,
  )
  return visible ? bounds : undefined
}

function isState(value: unknown): value is WindowState {
  if (typeof value !== 'object' || value === null || !('maximized' in value)) return false
  const { bounds } = value as { bounds?: unknown }
  if (bounds === undefined) return true
  return (
    typeof bounds === 'object' &&
    bounds !== null &&
    ['x', 'y', 'width', 'height'].every((key) => typeof (bounds as Record<string, unknown>)[key] === 'number')
  )
}
