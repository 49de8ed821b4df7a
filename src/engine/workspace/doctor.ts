import { X509Certificate } from 'node:crypto'
import { access, constants, readFile } from 'node:fs/promises'
import { delimiter, extname, isAbsolute, join } from 'node:path'
import type { Check } from '#contract'
import type { ShellEnvironment } from './shell-environment.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The PATH that programs are found on, and whether it is the operator's own. */
export function checkShell(shell: ShellEnvironment): Check {
  const folders = (shell.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = `${folders.length} folders in PATH. ${shell.words}`
  const check = { id: 'shell', title: 'PATH of your shell' } as const
  if (folders.length === 0)
    return { ...check, state: 'fail', found: 'PATH is empty.', fix: 'Start Wheelhouse from a terminal.' }
  if (shell.problem === undefined) return { ...check, state: 'ok', found }
  return {
    ...check,
    state: 'warn',
    found: `${found} ${shell.problem}`,
    fix: "Look at your shell's start-up files, or start Wheelhouse from a terminal.",
  }
}

/** The sign-in programs (exec plugins) that kubeconfig contexts name: one line per program. */
export async function checkSignIn(
  contexts: readonly { readonly name: string; readonly command: string }[],
  env: Environment,
): Promise<readonly Check[]> {
  const commands = new Map<string, string[]>()
  for (const { name, command } of contexts) commands.set(command, [...(commands.get(command) ?? []), name])
  return Promise.all(
    [...commands].map(async ([command, names]): Promise<Check> => {
      const check = { id: `sign-in-${command}`, title: `Sign-in program ${command}` }
      const file = await findCommand(command, env)
      const users = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
      return file === undefined
        ? {
            ...check,
            state: 'fail',
            found: `Not on the PATH; ${users} cannot sign in.`,
            fix: 'Install it, or correct its name in the kubeconfig.',
          }
        : { ...check, state: 'ok', found: `${file}, for ${users}.` }
    }),
  )
}

/** Helm and Kustomize come inside: nothing of the machine is used. */
export function checkRenderers(): Check {
  return { id: 'renderers', title: 'Helm and Kustomize', state: 'ok', found: 'Built in; nothing to install.' }
}

/** The CA bundle of the settings: is it there, does it hold certificates, and are they still good? */
export async function checkCertificates(caBundle: string | undefined, now: Date): Promise<Check> {
  const check = { id: 'certificates', title: 'Certificates' } as const
  const fix = 'Correct the CA bundle in the settings, or take it out.'
  if (caBundle === undefined)
    return { ...check, state: 'ok', found: "Those of each kubeconfig and the system's; no CA bundle is set." }
  const text = await readFile(caBundle, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string')
    return {
      ...check,
      state: 'fail',
      found: `${caBundle} cannot be read: ${text.code ?? text.message}.`,
      fix,
    }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  const certificates = blocks.map(readCertificate)
  if (certificates.length === 0)
    return { ...check, state: 'fail', found: `${caBundle} holds no certificate.`, fix }
  const broken = certificates.filter((one) => one === undefined).length
  if (broken > 0)
    return {
      ...check,
      state: 'fail',
      found: `${caBundle}: ${broken} of ${blocks.length} cannot be read.`,
      fix,
    }
  const old = certificates.filter((one) => one !== undefined && one.validToDate < now).length
  return old > 0
    ? { ...check, state: 'warn', found: `${caBundle}: ${old} of ${blocks.length} have expired.`, fix }
    : { ...check, state: 'ok', found: `${caBundle}: ${blocks.length} certificates.` }
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

/** The file that a command's name stands for, as a child process would find it. */
async function findCommand(command: string, env: Environment): Promise<string | undefined> {
  const endings =
    process.platform === 'win32' && extname(command) === ''
      ? (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')
      : ['']
  const folders =
    isAbsolute(command) || /[\\/]/.test(command)
      ? ['']
      : (env['PATH'] ?? '').split(delimiter).filter((one) => one !== '')
  for (const folder of folders) {
    for (const ending of endings) {
      const file = folder === '' ? command + ending : join(folder, command + ending)
      if (await isExecutable(file)) return file
    }
  }
  return undefined
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
