import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { readYaml } from '#core'

/** kubectl without a cluster: it reads the file, sets an annotation and prints what it read. */
function kubectl(scalar: string): unknown {
  const input = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: ${scalar}\n`
  const args = ['annotate', '--local', '-f', '-', 'a=b', '-o', 'json']
  try {
    const text = execFileSync('kubectl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
    return (JSON.parse(text) as { x?: unknown }).x ?? null
  } catch (error) {
    if ((error as { status?: unknown }).status === 1) return 'refused'
    throw error
  }
}

function ours(scalar: string): unknown {
  try {
    return (readYaml(`x: ${scalar}\n`) as { x?: unknown }).x ?? null
  } catch {
    return 'refused'
  }
}

const scalars =
  '0644 0o17 08 0x1F 0b11 1_000 1__0 1e3 .5 5. +5 -0b11 0_7 1e+3 . = y Y yes No on OFF 0x_1 + 0.1_0 1.e3 0o8 2024-01-02 22:22 ' +
  '0x -0 0.0 09.5 1_e3 NaN .NaN -.Inf 00 -0644 1e 0X1f 0B1 0O7 1E5 ~ null Null true TRUE tRue 1.2.3 "yes" \'0644\' v1 1,2'

describe('plain scalars', () => {
  it.each(scalars.split(' '))('reads %s as kubectl does', (scalar) => {
    expect(ours(scalar)).toEqual(kubectl(scalar))
  })
})
