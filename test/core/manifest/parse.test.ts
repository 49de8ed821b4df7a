import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkManifests, displayKey, keyString, parseKey, parseManifests, readYaml, toYaml } from '#core'

const deployment = (name: string, extra = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n${extra}`

describe('reading YAML as kubectl does', () => {
  it.each([
    ['0644', 420],
    ['0o17', 15],
    ['08', 8],
    ['0x1F', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['-12', -12],
    ['1e3', 1000],
    ['.5', 0.5],
    ['yes', true],
    ['n', false],
    ['On', true],
    ['OFF', false],
    ['~', null],
    ['', null],
    ['Null', null],
    ['22:22', '22:22'],
    ['2024-01-02', '2024-01-02'],
    ['1.2.3', '1.2.3'],
    ['"yes"', 'yes'],
    ['!!str 12', '12'],
    ['.', '.'],
    ['=', '='],
  ])('reads the plain scalar %s', (source, expected) => {
    expect(readYaml(`a: ${source}\n`)).toEqual({ a: expected })
  })

  it('merges maps with <<', () => {
    const text = 'base: &b {x: 1, z: 2}\nown:\n  <<: *b\n  z: 3\n'
    expect(readYaml(text)).toEqual({ base: { x: 1, z: 2 }, own: { x: 1, z: 3 } })
  })

  it('prints what it reads back equal, whatever the strings look like', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('yes', '0644', 'null', '1e3', '~', '- a', 'a: b', '#', '\u2028', '|', ' x ', '1_0'),
    )
    const json = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(text, text))
    fc.assert(
      fc.property(json, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        expect(readYaml(toYaml(plain))).toEqual(plain)
      }),
    )
  })
})

describe('manifests of a file', () => {
  it('gives each document its key and the line of its first content', () => {
    const text = `# a comment\n---\n${deployment('web', '  namespace: shop\n')}---\n\n# two\n${deployment('api')}`
    const { manifests, problems } = parseManifests(text, { file: 'app.yaml', defaultNamespace: 'prod' })
    expect(problems).toEqual([])
    expect(manifests.map(({ key, line, file }) => [keyString(key), line, file])).toEqual([
      ['apps/Deployment/shop/web', 3, 'app.yaml'],
      ['apps/Deployment/prod/api', 11, 'app.yaml'],
    ])
  })

  it('writes the destination namespace into objects that name none, but not into cluster-scoped ones', () => {
    const text = `${deployment('web')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: odd}\n`
    const [web, namespace] = parseManifests(text, { defaultNamespace: 'shop' }).manifests
    expect(web?.object.metadata).toEqual({ name: 'web', namespace: 'shop' })
    expect(namespace?.object.metadata).toEqual({ name: 'shop' })
    expect(namespace?.key.namespace).toBe('')
  })

  it('flattens lists, also inside each other, and JSON', () => {
    const item = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
    const list = {
      kind: 'List',
      apiVersion: 'v1',
      items: [item('a'), { kind: 'ConfigMapList', items: [item('b')] }],
    }
    const { manifests } = parseManifests(JSON.stringify(list))
    expect(manifests.map(({ key }) => displayKey(key))).toEqual(['ConfigMap/a', 'ConfigMap/b'])
  })

  it('reads files with a BOM, Windows line ends and a missing last line end', () => {
    const text = `\uFEFF${deployment('web', 'spec:\n  replicas: 3').replaceAll('\n', '\r\n')}`
    expect(parseManifests(text).manifests[0]?.object.spec).toEqual({ replicas: 3 })
  })

  it('keeps a text block that looks like a document end out of the split only where YAML does', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    a\n    ---\n    b\n`
    expect(parseManifests(text).manifests[0]?.object.data).toEqual({ x: 'a\n---\nb\n' })
  })

  it('skips documents that hold nothing', () => {
    expect(parseManifests('---\n# only a comment\n---\n\n---\n%YAML 1.1\n')).toEqual({
      manifests: [],
      problems: [],
    })
  })

  it('lets a hook leave its name to the server', () => {
    const hook = 'metadata: {generateName: migrate-, annotations: {argocd.argoproj.io/hook: PreSync}}'
    const { manifests } = parseManifests(`apiVersion: batch/v1\nkind: Job\n${hook}\n`)
    expect(manifests.map(({ key }) => key.name)).toEqual(['migrate-*'])
    expect(
      parseManifests('apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: x-}').problems,
    ).toHaveLength(1)
  })
})

describe('bad manifests', () => {
  it('says file and line of a document that is broken and still gives the others', () => {
    const text = `${deployment('web')}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [a\n---\n${deployment('api')}`
    const { manifests, problems } = parseManifests(text, { file: 'k8s/all.yaml' })
    expect(manifests.map(({ key }) => key.name)).toEqual(['web', 'api'])
    expect(problems).toMatchObject([{ code: 'MANIFEST_INVALID', file: 'k8s/all.yaml', line: 10 }])
  })

  it.each([
    ['metadata: {name: a}', 'apiVersion'],
    ['apiVersion: v1\nmetadata: {name: a}', 'kind'],
    ['apiVersion: v1\nkind: ConfigMap', 'name'],
    ['just words', 'object'],
    ['a: 1\na: 2', 'duplicate'],
    ['a:\n\t- b', 'tab'],
    ['a: .inf', 'number'],
  ])('refuses %j and says why', (text, word) => {
    const { manifests, problems } = parseManifests(text, { file: 'a.yaml' })
    expect(manifests).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message.toLowerCase()).toContain(word.toLowerCase())
    expect(problems[0]?.line).toBeGreaterThan(0)
  })

  it('refuses binary files, files beyond the limit, deep nesting and alias bombs without hanging', () => {
    const bomb = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(20)}]`)
    const started = performance.now()
    expect(parseManifests('\u007fELF\0\0').problems[0]?.code).toBe('MANIFEST_INVALID')
    expect(parseManifests('a'.repeat(17 * 1024 * 1024)).problems[0]?.code).toBe('MANIFEST_TOO_LARGE')
    expect(parseManifests(`l0: &l0 [x]\n${bomb.join('\n')}`).problems[0]?.message).toContain('aliases')
    expect(parseManifests(`a: ${'['.repeat(200_000)}`).problems[0]?.code).toBe('MANIFEST_INVALID')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('reads a manifest of 5 MB', () => {
    const value = 'x'.repeat(60)
    const lines = Array.from({ length: 70_000 }, (_, index) => `  key-${index}: ${value}`)
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n${lines.join('\n')}\n`
    expect(text.length).toBeGreaterThan(5_000_000)
    const { manifests, problems } = parseManifests(text)
    expect(problems).toEqual([])
    expect(Object.keys(manifests[0]?.object.data as object)).toHaveLength(70_000)
  })

  it('names objects that are declared twice and values that are still encrypted', () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: "ENC[AES256_GCM,data:x]"}\n'
    const a = parseManifests(deployment('web'), { file: 'a.yaml' }).manifests
    const b = parseManifests(`${deployment('web')}---\n${secret}`, { file: 'b.yaml' }).manifests
    const problems = checkManifests([...a, ...b])
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['MANIFEST_DUPLICATE', 'b.yaml'],
      ['RENDER_ENCRYPTED', 'b.yaml'],
    ])
    expect(problems[0]?.message).toContain('a.yaml:1')
  })

  it('never throws and never hangs, whatever the bytes', () => {
    const noise = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(fc.property(noise, (text) => void parseManifests(text)))
    const yamlish = fc.array(
      fc.constantFrom('a: ', '- ', '&x ', '*x ', '[', '{', '|', '\n', '  ', '"', '---\n', '<<: '),
    )
    fc.assert(fc.property(yamlish, (parts) => void parseManifests(parts.join(''))))
  })

  it('reads its own source tree’s package file as no manifest', () => {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
    expect(parseManifests(text).manifests).toEqual([])
  })
})

it('writes and reads keys as text', () => {
  const key = { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' }
  expect(parseKey(keyString(key))).toEqual(key)
  expect(parseKey('apps/Deployment')).toBeUndefined()
})
