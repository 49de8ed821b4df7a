import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'

/** `render APP`: manifests as YAML in apply order on standard output, problems with file and line on standard error. */
export async function render(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: { readonly revision?: string },
): Promise<void> {
  const app = await session.app(appName)
  const result = await session.client.call('render.print', {
    appId: app.id,
    ...(flags.revision === undefined ? {} : { revision: flags.revision }),
  })
  process.stdout.write(result.yaml)
  for (const { code, message, file, line } of result.problems)
    out.note(`${file === undefined ? '' : `${file}:${line ?? 1}: `}${code}: ${message}`)
  if (result.problems.length > 0) throw new Exit(2)
}
