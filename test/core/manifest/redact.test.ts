import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseManifests, readYaml, redact, redactPair, redactYaml, redactYamlPair, toYaml } from '#core'
import type { JsonObject } from '#core'

const planted = 'hunter2-s3cr3t'
const encoded = Buffer.from(planted).toString('base64')

function secret(values: JsonObject, extra: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, ...extra, stringData: values }
}

/** Values that cannot be part of a mask or of the text around them. */
const value = fc.stringMatching(/^[A-Za-z0-9+/=#:'" ]{1,20}$/).map((text) => `ZQ${text}QZ`)
const keys = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/)
const values = fc.dictionary(keys, value, { minKeys: 1, maxKeys: 5 })

describe('objects', () => {
  it('masks every value alike and keeps what is no secret', () => {
    const shown = redact(
      secret({ a: planted, b: planted, c: 'other' }, { type: 'Opaque', data: { d: encoded } }),
    )
    expect(shown).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'db' },
      stringData: { a: '(secret)', b: '(secret)', c: '(secret)' },
      data: { d: '(secret)' },
    })
  })

  it('drops managed fields, the last-applied copy and other tools’ copies of a Secret', () => {
    const copy = JSON.stringify(secret({ a: planted }))
    const shown = redact({
      ...secret({ a: planted }),
      metadata: {
        name: 'db',
        managedFields: [{ manager: 'kubectl' }],
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': copy,
          'kapp.k14s.io/original': copy,
          team: 'shop',
        },
      },
    })
    expect(JSON.stringify(shown)).not.toContain(planted)
    expect(shown.metadata).toEqual({
      name: 'db',
      annotations: { 'kapp.k14s.io/original': '(secret)', team: 'shop' },
    })
  })

  it('says whether a value differs from its own former value, and never from another', () => {
    const before = secret({ a: 'one', b: 'two', gone: 'x' })
    const after = secret({ a: 'one', b: 'one', fresh: 'one' })
    const pair = redactPair(before, after)
    expect(pair.before?.stringData).toEqual({ a: '(secret)', b: '(secret)', gone: '(secret)' })
    expect(pair.after?.stringData).toEqual({ a: '(secret)', b: '(secret changed)', fresh: '(secret new)' })
  })

  it('masks Secrets inside lists and other objects, and a data field that is no map', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [secret({ a: planted })],
      spec: { template: secret({ b: planted }) },
    }
    expect(JSON.stringify(redact(list))).not.toContain(planted)
    expect(JSON.stringify(redact({ ...secret({}), data: planted, stringData: [planted] }))).not.toContain(
      planted,
    )
  })

  it('leaves no planted value, whatever the object looks like', () => {
    fc.assert(
      fc.property(values, values, (plain, data) => {
        const object = { ...secret(plain), data }
        const text = toYaml(redactPair(object, redact(object)).before) + toYaml(redactPair({}, object).after)
        for (const hidden of [...Object.values(plain), ...Object.values(data)])
          expect(text).not.toContain(hidden)
      }),
    )
  })

  it('shows equal and different secrets in the same way', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(redact(secret({ x: a, y: a }))).toEqual(redact(secret({ x: a, y: b })))
      }),
    )
  })
})

describe('texts of repository files', () => {
  it('masks by range and keeps every other byte', () => {
    const text = [
      '\uFEFF# mine\r\napiVersion: v1\r\nkind: Secret # yes\r\nmetadata: {name: db}\r\nstringData:\r\n',
      `  password: "${planted}" # the ${planted}\r\n  # was ${planted}\r\n  cert: |-\r\n    ${planted}\r\n    more\r\n  empty: ""\r\n---\r\n`,
      'apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n    name:   odd # kept\r\ndata: {secret: shown}\r\n',
    ]
    expect(redactYaml(text.join(''))).toBe(
      text[0] +
        '  password: (secret) # (secret)\r\n  # (secret)\r\n  cert: (secret)\r\n  empty: ""\r\n---\r\n' +
        text[2],
    )
  })

  it.each([
    [
      'a flow map',
      `{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: ${encoded}, b: '${planted}'}}`,
    ],
    ['JSON', JSON.stringify({ kind: 'Secret', data: { a: planted } }, null, 2)],
    ['an escaped kind', `"kind": "Sec\\u0072et"\ndata: {a: ${planted}}`],
    ['a list', `kind: List\nitems:\n- kind: Secret\n  data:\n    a: ${planted}\n`],
    ['an alias in', `x-pw: &pw ${planted}\nkind: Secret\ndata:\n  a: *pw\n`],
    ['an alias out', `kind: Secret\ndata:\n  a: &pw ${planted}\nmetadata:\n  annotations: {a: *pw}\n`],
    ['a whole map by alias', `x: &d {a: ${planted}}\nkind: Secret\ndata: *d\n`],
    ['a merge key in data', `x: &d {a: ${planted}}\nkind: Secret\ndata:\n  <<: *d\n  b: y\n`],
    ['a merge key that brings the kind', `x: &k {kind: Secret}\n<<: *k\ndata: {a: ${planted}}\n`],
    ['a merge key that brings the data', `x: &k {stringData: {a: ${planted}}}\n<<: [*k]\nkind: Secret\n`],
    ['an explicit key', `kind: Secret\n? data\n: ? a\n  : ${planted}\n`],
    ['tags', `kind: !!str Secret\ndata: !!map\n  a: !!str ${planted}\n`],
    ['a folded block', `kind: Secret\nstringData:\n  a: >-\n    ${planted}\n    x\n`],
    [
      'a generator',
      `secretGenerator:\n- name: a\n  literals:\n  - password=${planted}\n  - 'b=${planted}'\n`,
    ],
    [
      'an inline patch',
      `patches:\n- patch: |-\n    apiVersion: v1\n    kind: Secret\n    stringData:\n      a: ${planted}\n`,
    ],
    [
      'a JSON patch by target',
      `patches:\n- target: {kind: Secret}\n  patch: |-\n    - {op: add, path: /x, value: ${planted}}\n`,
    ],
    [
      'a JSON patch in a string',
      `patches:\n- patch: '[{"op": "add", "path": "/data/a", "value": "${planted}"}]'\n`,
    ],
    ['a JSON patch file', `- op: replace\n  path: /stringData/a\n  value: ${planted}\n`],
    [
      'a last-applied copy',
      `kind: Secret\nmetadata:\n  annotations:\n    last: '{"kind":"Secret","data":{"a":"${planted}"}}'\n`,
    ],
    ['text that is no YAML', `kind: Secret\ndata: {{ .Values.x }}\n  a: ${planted}\n`],
    ['a broken generator', `secretGenerator:\n- literals: [a=${planted}\n`],
    ['conflict markers', `kind: Secret\ndata:\n<<<<<<< a\n  a: ${planted}\n=======\n  a: x\n>>>>>>> b\n`],
    ['duplicate keys', `kind: Secret\ndata: {a: ${planted}}\ndata: {b: ${planted}}\n`],
    ['duplicate kinds', `kind: ConfigMap\nkind: Secret\ndata: {a: ${planted}}\n`],
    ['a misspelt field', `kind: Secret\nmetadata: {name: a}\nstringDta: {a: ${planted}}\n`],
    ['an alias of nothing', `kind: Secret\ndata:\n  a: *${planted}\n`],
    ['nested values', `kind: Secret\ndata:\n  a:\n    b: [${planted}, {c: ${planted}}]\n`],
    ['data that is text', `kind: Secret\ndata: ${planted}\n`],
    ['deep nesting', `kind: Secret\ndata: ${'['.repeat(20_000)}${planted}\n`],
  ])('hides the value in %s', (_name, text) => {
    const shown = redactYaml(text)
    expect(shown).not.toContain(planted)
    expect(shown).not.toContain(encoded)
    expect(redactYamlPair('kind: Secret\ndata: {a: b}\n', text).after).not.toContain(planted)
  })

  it('does not touch what is no Secret', () => {
    const templates = 'spec:\n  env: {{ .Values.env }}\n  secretName: {{ .name }}\n'
    const values =
      'secretName: db\ntokenTTL: 5m\nautomountToken: false\npassword: "{{ .x }}"\nsecret: { a: b }\n'
    const pod =
      'kind: Deployment\nspec: {volumes: [{secret: {secretName: db}}], imagePullSecrets: [{name: a}]}\n'
    for (const text of [templates, values, pod]) expect(redactYaml(text)).toBe(text)
  })

  it('masks what the name of its key gives away, also in values that no parser reads', () => {
    const text = [
      `db:\n  password: ${planted} # note\n  user: ada\n`,
      `apiKey: |\n  ${planted}\n\n  more\nnext: 1\n`,
      `- "auth-token": "${planted}\n  bad: [\n`,
    ]
    expect(redactYaml(text.join(''))).toBe(
      'db:\n  password: (secret)\n  user: ada\napiKey: (secret)\nnext: 1\n- "auth-token": (secret)\n  bad: [\n',
    )
    const pair = redactYamlPair(`password: ${planted}\ntoken: a\n`, `password: other\ntoken: a\n`)
    expect(pair.after).toBe('password: (secret changed)\ntoken: (secret)\n')
  })

  it('masks only the document that cannot be read', () => {
    const text = `kind: ConfigMap\ndata: {a: shown}\n---\nkind: Secret\ndata: {a: ${planted}\n---\nkind: ConfigMap\ndata: {b: shown}\n`
    const shown = redactYaml(text)
    expect(shown).toContain('data: {a: shown}')
    expect(shown).toContain('data: {b: shown}')
    expect(shown).toContain('cannot be read')
    expect(parseManifests(shown).problems).toHaveLength(2)
  })

  it('compares each value with its own former value alone', () => {
    const file = (a: string, b: string) => `kind: Secret\nmetadata: {name: x}\ndata: {a: ${a}, b: ${b}}\n`
    const { before, after } = redactYamlPair(file('one', 'two'), file('one', 'one'))
    expect(before).toContain('data: {a: (secret), b: (secret)}')
    expect(after).toContain('data: {a: (secret), b: (secret changed)}')
    const broken = redactYamlPair('kind: Secret\ndata: {a: 1', 'kind: Secret\ndata: {a: 2')
    expect(broken.after).toContain('(secret changed)')
    expect(redactYamlPair(undefined, file('a', 'b')).after).not.toContain('changed')
  })

  it('leaves no planted value in any printed Secret, and what it leaves is the same YAML', () => {
    fc.assert(
      fc.property(values, values, fc.boolean(), (plain, data, crlf) => {
        const printed = `# c\n${toYaml({ ...secret(plain), data })}---\n${toYaml({ secretGenerator: [{ literals: Object.values(data) }] })}`
        const text = crlf ? printed.replaceAll('\n', '\r\n') : printed
        const shown = redactYaml(text)
        for (const hidden of [...Object.values(plain), ...Object.values(data)])
          expect(shown).not.toContain(hidden)
        expect(shown.split('\n').length).toBeLessThanOrEqual(text.split('\n').length)
        const first = readYaml(shown.split(/^---/m)[0] ?? '') as { data: object }
        expect(Object.keys(first.data)).toEqual(Object.keys(data))
      }),
    )
  })
})
