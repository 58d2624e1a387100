/** Who served an answer, in which attempt, and which fields of the request did not reach it (RFC 9111, 5.5, 299: "miscellaneous persistent warning"). */
export function answerHeaders(cluster: string, attempts: number, dropped: readonly string[]): Record<string, string> {
  if (dropped.length === 0) return { 'x-first-cluster': cluster, 'x-first-attempts': String(attempts) }
  const names = dropped.map((name) => name.replaceAll(/[^\w.[\]-]/g, '?')).join(', ')
  return { 'x-first-cluster': cluster, 'x-first-attempts': String(attempts), 'x-first-dropped': names, warning: `299 - "the cluster ${cluster} does not take: ${names}"` }
}
