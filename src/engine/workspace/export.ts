import type { Operation } from '#contract'

/** Operations as people read them in a report: newest first, with steps, results and commands. */
export function toMarkdown(operations: readonly Operation[]): string {
  return ['# Activity', ...operations.map(section)].join('\n\n') + '\n'
}

function section(operation: Operation): string {
  const { title, appName, who, startedAt, finishedAt, state, commit, failure } = operation
  const facts = [
    `- app: ${appName}`,
    `- by: ${who}`,
    `- from ${startedAt} to ${finishedAt ?? '(not ended)'}`,
    `- result: ${state}`,
    ...(commit === undefined ? [] : [`- commit: ${commit}`]),
    ...(failure === undefined ? [] : [`- failure: ${failure.code}: ${failure.message}`]),
  ]
  const steps = operation.steps.map(
    (step) => `- ${step.name}: ${step.state}${step.words === undefined ? '' : `, ${step.words}`}`,
  )
  const outcomes = operation.outcomes.map(
    ({ key, outcome, message }) =>
      `- ${key.kind}/${key.name}: ${outcome}${message === undefined ? '' : `, ${message}`}`,
  )
  const commands = operation.commands.map(({ command, durationMs }) => `- \`${command}\` (${durationMs} ms)`)
  return [
    `## ${title}`,
    facts.join('\n'),
    ...part('Steps', steps),
    ...part('Objects', outcomes),
    ...part('Commands', commands),
  ].join('\n\n')
}

function part(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, lines.join('\n')]
}
