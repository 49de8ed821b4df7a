import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What one run of kubectl left behind. */
export type KubectlResult = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs kubectl as the user of one kubeconfig; it caches discovery beside it, not in anybody's home. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlResult>

export function createKubectl(options: {
  readonly command: string
  readonly kubeconfig: string
  readonly cacheDir: string
}): Kubectl {
  return async (args, input) => {
    const child = spawn(options.command, [...args, `--cache-dir=${options.cacheDir}`], {
      env: { ...process.env, KUBECONFIG: options.kubeconfig },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // kubectl may end without reading all of its input; its exit code tells.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
    const [code] = (await once(child, 'close')) as [number | null]
    return {
      code: code ?? 1,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    }
  }
}

/** Like `kubectl`, but a failure is thrown with what it said. */
export async function mustKubectl(
  kubectl: Kubectl,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input)
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} answered ${code}: ${stderr.trim()}`)
  return stdout
}

export type TestNamespace = { readonly name: string; readonly remove: () => Promise<void> }

export async function makeNamespace(kubectl: Kubectl, prefix: string): Promise<TestNamespace> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `${prefix}-` } }
  const args = ['create', '-f', '-', '-o', 'jsonpath={.metadata.name}']
  const name = await mustKubectl(kubectl, args, JSON.stringify(manifest))
  const remove = async () => {
    await mustKubectl(kubectl, ['delete', 'namespace', name, '--wait=false', '--ignore-not-found'])
  }
  return { name, remove }
}
