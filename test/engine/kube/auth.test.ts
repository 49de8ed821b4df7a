import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Kube, KubePorts } from '../../../src/engine/kube/index.ts'
import { run } from '../../../src/engine/process/index.ts'
import { sendStatus, startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { certificates } from './certificates.ts'
import { failureOf, kubeconfig, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'
import { manualClock } from './manual-clock.ts'

let room: Room
let server: ApiServer

beforeEach(async () => {
  room = kubeRoom()
  server = await startApiServer()
})
afterEach(async () => {
  await room.clear()
  await server.stop()
})

const version = { method: 'GET', path: '/version' } as const
const lastHeader = (name: string) => server.seen.at(-1)?.headers[name]

function signedIn(user: Record<string, unknown>, ports: Partial<KubePorts> = {}): Kube {
  room.file('config', kubeconfig(server.url, { user }))
  return room.kube(ports)
}

describe('credentials of the kubeconfig', () => {
  it('a token is sent as it is', async () => {
    await signedIn({ token: 'plain' }).connect('test')
    expect(lastHeader('authorization')).toBe('Bearer plain')
  })

  it('user and password are sent as basic credentials', async () => {
    await signedIn({ username: 'ann', password: 'pä:ss' }).connect('test')
    const sent = String(lastHeader('authorization')).replace('Basic ', '')
    expect(Buffer.from(sent, 'base64').toString('utf8')).toBe('ann:pä:ss')
  })

  it('a token file beside the kubeconfig is read again when its token is refused', async () => {
    room.file('token', 'old\n')
    const cluster = await signedIn({ tokenFile: 'token' }).connect('test')
    expect(lastHeader('authorization')).toBe('Bearer old')
    room.file('token', 'new\n')
    server.on('/version', (seen, response) => {
      if (seen.headers['authorization'] === 'Bearer new') response.end('{"gitVersion":"v9"}')
      else sendStatus(response, 401, { reason: 'Unauthorized', message: 'Unauthorized' })
    })
    expect(await cluster.http.json(version)).toEqual({ gitVersion: 'v9' })
  })

  it('a client certificate is shown, from data and from files relative to the kubeconfig', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    await signedIn({
      'client-certificate-data': base64(certificates.clientCert),
      'client-key-data': base64(certificates.clientKey),
    }).connect('test')
    expect(server.seen.at(-1)?.client).toBe('client')
    room.file('client.crt', certificates.clientCert)
    room.file('client.key', certificates.clientKey)
    await signedIn({ 'client-certificate': 'client.crt', 'client-key': 'client.key' }).connect('test')
    expect(server.seen.at(-1)?.client).toBe('client')
  })

  it('impersonation goes with every request', async () => {
    await signedIn({ token: 't', as: 'bob', 'as-groups': ['ops', 'dev'], 'as-uid': '7' }).connect('test')
    expect(lastHeader('impersonate-user')).toBe('bob')
    expect(lastHeader('impersonate-group')).toBe('ops, dev')
    expect(lastHeader('impersonate-uid')).toBe('7')
  })

  it('a token that is refused for good is a failure to sign in, and shows as one', async () => {
    const cluster = await signedIn({ token: 'over' }).connect('test')
    server.on('/version', (_, response) =>
      sendStatus(response, 401, { reason: 'Unauthorized', message: 'Unauthorized' }),
    )
    const kube = room.kube()
    expect(await failureOf(cluster.http.json(version))).toMatchObject({
      code: 'KUBE_UNAUTHORIZED',
      action: 'sign-in',
    })
    expect(await failureOf(kube.connect('test'))).toMatchObject({ code: 'KUBE_UNAUTHORIZED' })
    expect(kube.connections()).toMatchObject([{ state: 'failed', failure: { code: 'KUBE_UNAUTHORIZED' } }])
  })
})

describe('sign-in programs', () => {
  /** A user entry whose program is a script of ours, run by this very Node. */
  function program(script: string, rest: Record<string, unknown> = {}): Record<string, unknown> {
    const apiVersion = 'client.authentication.k8s.io/v1'
    return {
      exec: {
        apiVersion,
        command: process.execPath,
        args: ['-e', script],
        interactiveMode: 'Never',
        ...rest,
      },
    }
  }
  function prints(status: string): string {
    return `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(join(room.dir, 'runs'))}, 'x');
      const runs = fs.readFileSync(${JSON.stringify(join(room.dir, 'runs'))}, 'utf8').length;
      console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: ${status} }))`
  }
  /** Counts what is really started. */
  function counting(): { readonly run: typeof run; readonly count: () => number } {
    let count = 0
    return {
      count: () => count,
      run: (command, args, options) => {
        count += 1
        return run(command, args, options)
      },
    }
  }

  it('32 requests at once run it once', async () => {
    const runs = counting()
    const cluster = await signedIn(program(prints(`{ token: 'from-program' }`)), { run: runs.run }).connect(
      'test',
    )
    await Promise.all(Array.from({ length: 32 }, () => cluster.http.json(version)))
    expect(runs.count()).toBe(1)
    expect(lastHeader('authorization')).toBe('Bearer from-program')
  })

  it('learns the cluster from KUBERNETES_EXEC_INFO when it asks for it', async () => {
    const user = program(
      prints(`{ token: Buffer.from(process.env.KUBERNETES_EXEC_INFO).toString('base64url') }`),
      { provideClusterInfo: true, env: [{ name: 'UNUSED', value: 'x' }] },
    )
    await signedIn(user).connect('test')
    const token = String(lastHeader('authorization')).replace('Bearer ', '')
    const info: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    expect(info).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: server.url } },
    })
  })

  it('is run again shortly before its token ends', async () => {
    const clock = manualClock(Date.now())
    const ends = new Date(clock.now() + 3_600_000).toISOString()
    const user = program(prints(`{ token: 'run-' + runs, expirationTimestamp: '${ends}' }`))
    const cluster = await signedIn(user, { now: clock.now, after: clock.after }).connect('test')
    clock.advance(3_600_000 - 61_000)
    await cluster.http.json(version)
    expect(lastHeader('authorization')).toBe('Bearer run-1')
    clock.advance(2_000)
    await cluster.http.json(version)
    expect(lastHeader('authorization')).toBe('Bearer run-2')
  })

  it('is run once more after a 401, and the request goes through', async () => {
    server.on('/version', (seen, response) => {
      if (seen.headers['authorization'] === 'Bearer run-2') response.end('{"gitVersion":"v9"}')
      else sendStatus(response, 401, { reason: 'Unauthorized', message: 'Unauthorized' })
    })
    const cluster = await signedIn(program(prints(`{ token: 'run-' + runs }`))).connect('test')
    expect(cluster.version).toBe('v9')
  })

  it('a certificate from it is shown to the server', async () => {
    const pem = JSON.stringify({
      clientCertificateData: certificates.clientCert,
      clientKeyData: certificates.clientKey,
    })
    await signedIn(program(prints(pem))).connect('test')
    expect(server.seen.at(-1)?.client).toBe('client')
  })

  it('one that is not there is named, with the hint of the kubeconfig', async () => {
    const user = program('', { command: 'no-such-program-of-ours', installHint: 'Get it from the shelf.' })
    const failure = await failureOf(signedIn(user).connect('test'))
    expect(failure).toMatchObject({ code: 'KUBE_EXEC_MISSING', action: 'sign-in' })
    expect(failure.message).toContain('Get it from the shelf.')
  })

  it('one that hangs is ended, and says so', async () => {
    const kube = signedIn(program('setInterval(() => {}, 1000)'), { execTimeoutMs: 300 })
    expect(await failureOf(kube.connect('test'))).toMatchObject({ code: 'KUBE_EXEC_TIMEOUT' })
  })

  it('one that fails is quoted without its secrets, runs three times at most, and again after a click', async () => {
    const runs = counting()
    const script = `console.error('refused: token=planted-secret Bearer planted-secret'); process.exit(3)`
    const kube = signedIn(program(script), { run: runs.run })
    for (let tries = 0; tries < 6; tries += 1) {
      const failure = await failureOf(kube.connect('test'))
      expect(failure).toMatchObject({ code: 'KUBE_EXEC_FAILED', action: 'sign-in' })
      expect(failure.message).toContain('it ended with 3: refused')
      expect(failure.message).not.toContain('planted-secret')
    }
    expect(runs.count()).toBe(3)
    kube.retry('test')
    await failureOf(kube.connect('test'))
    expect(runs.count()).toBe(4)
  })

  it.each([
    ['no JSON', `console.log('planted-secret')`],
    ['no ExecCredential', `console.log('{"token":"planted-secret"}')`],
    [
      'another version',
      `console.log('{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"planted-secret"}}')`,
    ],
    [
      'neither token nor certificate',
      `console.log('{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}')`,
    ],
  ])('one that prints %s fails without showing what it printed', async (_, script) => {
    const failure = await failureOf(signedIn(program(script)).connect('test'))
    expect(failure.code).toBe('KUBE_EXEC_FAILED')
    expect(failure.message).not.toContain('planted-secret')
  })

  it('one that wants a terminal is not started', async () => {
    const runs = counting()
    const kube = signedIn(program('', { interactiveMode: 'Always' }), { run: runs.run })
    expect(await failureOf(kube.connect('test'))).toMatchObject({ code: 'KUBE_EXEC_FAILED' })
    expect(runs.count()).toBe(0)
  })
})
