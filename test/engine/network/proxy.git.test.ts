import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { serveRepository } from '../../helpers/http-remote.ts'
import { codeOf, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import { trustClone } from '../../helpers/trusted.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'

// The remote has a name that nobody can resolve: what arrives there came through the proxy.

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

type Proxied = { readonly one: LandingScene; readonly proxy: string; readonly passed: readonly string[] }

async function scene(env: (proxy: string) => void = () => undefined, refuses = false): Promise<Proxied> {
  const passed: string[] = []
  let port = 0
  const server = createServer((request, response) => {
    const { pathname, search, host } = new URL(request.url ?? '/', 'http://none.invalid')
    passed.push(host)
    if (refuses) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end()
      return
    }
    const onward = ask(
      { port, path: pathname + search, method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    request.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = `127.0.0.1:${(server.address() as AddressInfo).port}`
  env(`http://${proxy}`)
  const one = await openLandingScene()
  const http = await serveRepository(one.repo.remote, '')
  port = Number(new URL(http.url).port)
  one.repo.git('remote', 'set-url', 'origin', http.url.replace(/127\.0\.0\.1:\d+/, 'git.example.invalid'))
  ends.push(async () => {
    await one.session.close()
    await http.close()
    server.closeAllConnections()
    server.close()
    one.repo.remove()
  })
  return { one, proxy, passed }
}

test('a proxy of the environment is used for fetch and push', async () => {
  const { one, passed } = await scene((proxy) => {
    process.env.http_proxy = proxy
    ends.push(() => delete process.env.http_proxy)
  })
  await one.session.client.call('clones.fetch', { cloneId: one.app.spec.cloneId })
  const { state, failure, commit } = await landDraft(one, await scaleDraft(one, 'push'))
  expect([state, failure, one.repo.remoteTip()]).toEqual(['done', undefined, commit])
  expect(new Set(passed)).toEqual(new Set(['git.example.invalid']))
})

test("a proxy of the clone's own configuration is shown before it is trusted, without its password, and then used", async () => {
  const { one, proxy, passed } = await scene()
  const { cloneId } = one.app.spec
  one.repo.git('config', 'http.proxy', `http://ada:secret-41@${proxy}`)
  expect(await codeOf(one.session.client.call('clones.fetch', { cloneId }))).toBe('CLONE_NOT_TRUSTED')
  expect(passed).toEqual([])
  const { runs } = await one.session.client.call('clones.inspect', { cloneId })
  expect(runs).toHaveLength(1)
  expect(runs[0]).toContain('http.proxy=http://')
  expect(runs[0]).not.toContain('secret-41')
  await trustClone(one.session, cloneId)
  await one.session.client.call('clones.fetch', { cloneId })
  expect(new Set(passed)).toEqual(new Set(['git.example.invalid']))
})

test('a proxy that wants another password is REMOTE_PROXY', async () => {
  const { one, proxy } = await scene(() => undefined, true)
  const { cloneId } = one.app.spec
  one.repo.git('config', 'http.proxy', `http://nobody:words@${proxy}`)
  await trustClone(one.session, cloneId)
  expect(await codeOf(one.session.client.call('clones.fetch', { cloneId }))).toBe('REMOTE_PROXY')
})
