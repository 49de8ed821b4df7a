import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../src/engine/kube/proxy.ts'

const proxy = 'http://proxy.test:3128'

describe('proxyFor', () => {
  it.each([
    ['https://10.1.2.3:6443', '', proxy],
    ['https://10.1.2.3:6443', '10.0.0.0/8', undefined],
    ['https://11.1.2.3:6443', '10.0.0.0/8', proxy],
    ['https://api.corp.test', 'corp.test', undefined],
    ['https://corp.test', 'corp.test', undefined],
    ['https://corp.test', '.corp.test', proxy],
    ['https://api.corp.test', '.corp.test', undefined],
    ['https://api.corp.test', '*.corp.test', undefined],
    ['https://notcorp.test', 'corp.test', proxy],
    ['https://api.test:6443', 'api.test:6443', undefined],
    ['https://api.test:6443', 'api.test:443', proxy],
    ['https://API.test', 'other, api.TEST', undefined],
    ['https://[fd00::1]:6443', 'fd00::/8', undefined],
    ['https://[fd00::1]:6443', 'fd00::1', undefined],
    ['https://api.test', '*', undefined],
    ['https://localhost:6443', '', undefined],
    ['https://127.0.0.9:6443', '', undefined],
    ['https://[::1]:6443', '', undefined],
  ])('%s with NO_PROXY=%s goes through %s', (server, noProxy, expected) => {
    expect(proxyFor({ server, env: { HTTPS_PROXY: proxy, NO_PROXY: noProxy } })).toBe(expected)
  })

  it("the kubeconfig's proxy wins, plain servers have a variable of their own, and a bare host is http", () => {
    const env = { HTTPS_PROXY: proxy, NO_PROXY: '*' }
    expect(proxyFor({ server: 'https://api.test', proxyUrl: 'socks5://s.test', env })).toBe('socks5://s.test')
    expect(proxyFor({ server: 'http://api.test', env: { HTTPS_PROXY: proxy } })).toBeUndefined()
    expect(proxyFor({ server: 'http://api.test', env: { http_proxy: 'p.test:80' } })).toBe('http://p.test:80')
  })
})
