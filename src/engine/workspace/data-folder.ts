import { isAbsolute, join } from 'node:path'

/** Where the app keeps its files: `WHEELHOUSE_DATA`, else the platform's place for application data. */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  home: string,
): string {
  const named = env.WHEELHOUSE_DATA
  if (named !== undefined && named !== '') return named
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Wheelhouse')
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Wheelhouse')
  const shared = env.XDG_DATA_HOME ?? ''
  // The XDG specification has relative paths ignored.
  return join(isAbsolute(shared) ? shared : join(home, '.local', 'share'), 'wheelhouse')
}
