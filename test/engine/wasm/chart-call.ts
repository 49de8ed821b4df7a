/** A request for a chart of one template, as the host sends it once everything is there. */
export function chartCall(template: string): unknown {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n',
    'templates/a.yaml': template,
  }
  return {
    names: Object.keys(files),
    files: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
    ),
    values: [],
    release: 'r',
    namespace: 'n',
    kubeVersion: 'v1.36.0',
    apiVersions: ['v1'],
  }
}
