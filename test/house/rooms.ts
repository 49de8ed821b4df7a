/** Which room may import which, by folder; what is not listed is forbidden (design: imports go one way). */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  'src/contract': [],
  'src/core': ['src/contract'],
  'src/engine/process': ['src/contract'],
  'src/engine/wasm': ['src/contract'],
  'src/engine/git': ['src/contract', 'src/core', 'src/engine/process'],
  'src/engine/render': ['src/contract', 'src/core', 'src/engine/wasm'],
  'src/engine/kube': ['src/contract', 'src/core', 'src/engine/process'],
  'src/engine/workspace': ['src/contract', 'src/core', 'src/engine/process'],
  'src/engine/discover': ['src/contract', 'src/core', 'src/engine', 'src/engine/git', 'src/engine/render'],
  'src/engine/blame': ['src/contract', 'src/core', 'src/engine', 'src/engine/git'],
  'src/engine/timeline': ['src/contract', 'src/core', 'src/engine', 'src/engine/git', 'src/engine/render'],
  'src/engine/runs': ['src/contract', 'src/core', 'src/engine', 'src/engine/kube', 'src/engine/render'],
  'src/engine/sync': [
    'src/contract',
    'src/core',
    'src/engine',
    'src/engine/kube',
    'src/engine/render',
    'src/engine/wasm',
  ],
  'src/engine/draft': [
    'src/contract',
    'src/core',
    'src/engine',
    'src/engine/git',
    'src/engine/render',
    'src/engine/sync',
  ],
  'src/engine': ['src/contract', 'src/core', 'src/engine/*'],
  'src/host': ['src/contract', 'src/core', 'src/engine'],
  'src/demo': ['src/contract', 'src/core', 'src/engine'],
  'src/web': ['src/contract', 'src/core', 'src/engine', 'src/host'],
  'src/cli': ['src/contract', 'src/core', 'src/engine', 'src/host', 'src/web', 'src/demo'],
  electron: ['src/contract', 'src/core', 'src/engine', 'src/host', 'src/demo'],
  renderer: ['src/contract'],
}

/** Packages and Node modules that belong to one room alone. */
export const owners: readonly { readonly module: RegExp; readonly room: RegExp; readonly why: string }[] = [
  { module: /^@kubernetes\/client-node$/, room: /^src\/engine\/kube$/, why: 'only kube imports client-node' },
  {
    module: /^(node:)?child_process$|^execa$/,
    room: /^src\/engine\/process$/,
    why: 'only process starts children',
  },
  { module: /^electron$/, room: /^electron$/, why: 'only the shell imports electron' },
  {
    module: /^(react|react-dom|zustand|@mantine\/.*|@codemirror\/.*)($|\/)/,
    room: /^renderer$/,
    why: 'the interface belongs to the renderer',
  },
  {
    module: /^isomorphic-git$/,
    room: /^src\/(engine\/git|demo)$/,
    why: 'git reads objects through isomorphic-git',
  },
  { module: /^undici$/, room: /^src\/engine\/kube$/, why: 'only kube speaks HTTP' },
  {
    module: /^node:/,
    room: /^(?!src\/(contract|core)$|renderer$)/,
    why: 'contract, core and renderer have no Node',
  },
]
