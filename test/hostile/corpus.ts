import type { Hostile } from './site.ts'
import { configurationTraps } from './traps-in-configuration.ts'
import { objectTraps } from './traps-in-objects.ts'
import { placeTraps } from './traps-in-places.ts'
import { refTraps } from './traps-in-refs.ts'
import { treeTraps } from './traps-in-trees.ts'

/** Every hostile repository, by a number that names its folder. */
export const corpus: readonly Hostile[] = [
  ...configurationTraps,
  ...placeTraps,
  ...treeTraps,
  ...objectTraps,
  ...refTraps,
].toSorted((a, b) => Number(a.heavy ?? false) - Number(b.heavy ?? false))
