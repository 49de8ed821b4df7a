import { AppError } from '#contract'
import { at, stringAt } from '#core'
import type { AccessAnswer, AccessQuestion, ReadOptions } from './cluster.ts'
import { eachLimited } from './each-limited.ts'
import type { KubeHttp } from './http.ts'

const atOnce = 8

/** Asks the server what we may do. A question that fails is `unknown`; only a cancel throws. */
export function askAccess(
  http: KubeHttp,
  questions: readonly AccessQuestion[],
  options: ReadOptions = {},
): Promise<readonly AccessAnswer[]> {
  return eachLimited(questions, atOnce, async (question) => {
    try {
      return { ...question, ...(await ask(http, question, options)) }
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
      return { ...question, answer: 'unknown', reason: error.message } as const
    }
  })
}

async function ask(
  http: KubeHttp,
  question: AccessQuestion,
  options: ReadOptions,
): Promise<Pick<AccessAnswer, 'answer' | 'reason'>> {
  const [resource = '', ...subresource] = question.resource.split('/')
  const answer = await http.json({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb: question.verb,
          group: question.group,
          resource,
          ...(subresource.length === 0 ? {} : { subresource: subresource.join('/') }),
          ...(question.namespace === undefined ? {} : { namespace: question.namespace }),
          ...(question.name === undefined ? {} : { name: question.name }),
        },
      },
    },
    subject: `right to ${question.verb} ${question.resource}`,
    signal: options.signal,
  })
  const allowed = at(answer, 'status', 'allowed') === true
  const reason = stringAt(answer, 'status', 'reason') ?? stringAt(answer, 'status', 'evaluationError') ?? ''
  return { answer: allowed ? 'allowed' : 'denied', reason }
}
