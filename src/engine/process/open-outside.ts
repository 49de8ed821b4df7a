import { run } from './run.ts'

const openers: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  darwin: ['open', []],
  win32: ['rundll32', ['url.dll,FileProtocolHandler']],
  linux: ['xdg-open', []],
}

/** Opens an address in the operator's browser. That there is none is no error: the address is printed as well. */
export async function openOutside(url: string): Promise<void> {
  const [command, args] = openers[process.platform] ?? ['xdg-open', []]
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  await run(command, [...args, url], { env, timeoutMs: 10_000 })
}
