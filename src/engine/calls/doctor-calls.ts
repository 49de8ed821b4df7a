import type { Api, Check, GitState, Handlers } from '#contract'
import { AppError } from '#contract'
import {
  checkCertificates,
  checkRenderers,
  checkShell,
  checkSignIn,
  createShellEnvironment,
} from '../workspace/index.ts'
import type { Parts } from './ports.ts'

/** The doctor: each check with its fix. */
export function doctorCalls(parts: Parts): Pick<Handlers<Api>, 'doctor.run' | 'git.state'> {
  return {
    'git.state': () => gitState(parts),
    'doctor.run': async () => {
      const { settings } = parts.workspace.store.state()
      const shell = createShellEnvironment({ env: parts.env, platform: process.platform })
      const { contexts } = await parts.kube.contexts()
      const signIns = contexts.flatMap(({ name, signIn }) =>
        signIn === undefined ? [] : [{ name, command: signIn }],
      )
      const checks = await Promise.all([
        gitCheck(parts),
        identityCheck(parts),
        shell().then(checkShell),
        kubeconfigCheck(parts),
        contextsCheck(parts),
        checkCertificates(settings.caBundle, new Date()),
      ])
      return [...checks, ...(await checkSignIn(signIns, parts.env)), checkRenderers()]
    },
  }
}

async function gitState(parts: Parts): Promise<GitState> {
  try {
    return { state: 'ready', version: await parts.git.version() }
  } catch (error) {
    if (error instanceof AppError && error.code === 'GIT_MISSING') return { state: 'missing' }
    if (error instanceof AppError && error.code === 'GIT_TOO_OLD')
      return { state: 'too-old', message: error.message }
    throw error
  }
}

async function gitCheck(parts: Parts): Promise<Check> {
  const title = 'git 2.25 or newer'
  try {
    return { id: 'git', title, state: 'ok', found: `git ${await parts.git.version()}` }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const meanwhile =
      error.code === 'GIT_MISSING' ? ' Clones can be read meanwhile; nothing is committed or fetched.' : ''
    return {
      id: 'git',
      title,
      state: 'fail',
      found: `${error.message}${meanwhile}`,
      fix: 'Install git 2.25 or newer, or set its path in the settings. It is looked for again at each use.',
    }
  }
}

async function identityCheck(parts: Parts): Promise<Check> {
  const title = 'Git knows who you are'
  const [clone] = parts.workspace.store.state().clones
  if (clone === undefined)
    return { id: 'identity', title, state: 'skipped', found: 'No clone has been added.' }
  try {
    const { name, email } = await (await parts.git.open(clone.path)).identity()
    return { id: 'identity', title, state: 'ok', found: `${name} <${email}>` }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'GIT_MISSING')
      return { id: 'identity', title, state: 'skipped', found: 'Only git can say.' }
    return {
      id: 'identity',
      title,
      state: 'fail',
      found: error.message,
      fix: 'git config --global user.name "Your Name"; git config --global user.email you@example.com',
    }
  }
}

async function kubeconfigCheck(parts: Parts): Promise<Check> {
  const title = 'kubeconfig'
  const { contexts, problems } = await parts.kube.contexts()
  const [problem] = problems
  if (problem !== undefined)
    return {
      id: 'kubeconfig',
      title,
      state: 'warn',
      found: problem.message,
      fix: 'Correct the named file; the other files are used.',
    }
  if (contexts.length === 0)
    return {
      id: 'kubeconfig',
      title,
      state: 'warn',
      found: 'No context was found.',
      fix: 'Set KUBECONFIG, or add a file in the settings.',
    }
  return {
    id: 'kubeconfig',
    title,
    state: 'ok',
    found: `${contexts.length} ${contexts.length === 1 ? 'context' : 'contexts'}`,
  }
}

function contextsCheck(parts: Parts): Promise<Check> {
  const title = 'Connections'
  const failed = parts.kube.connections().filter(({ failure }) => failure !== undefined)
  const [first] = failed
  if (first?.failure !== undefined) {
    return Promise.resolve({
      id: 'connections',
      title,
      state: 'warn',
      found: `${first.context}: ${first.failure.message}`,
      fix: 'Look at Clusters, and try again there.',
    })
  }
  return Promise.resolve({
    id: 'connections',
    title,
    state: 'ok',
    found: `${parts.kube.connections().length} in use, none failing`,
  })
}
