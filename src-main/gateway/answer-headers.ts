/** Who served an answer, in which attempt, and which fields of the request did not reach it (RFC 9111, 5.5, 299: "miscellaneous persistent warning"). */
export function answerHeaders(cluster: string, attempts: number, dropped: readonly string[]): Record<string, string> {
  if (dropped.length === 0) return { 'x-first-cluster': cluster, 'x-first-attempts': String(attempts) }
  const names = namesOf(dropped)
  return { 'x-first-cluster': cluster, 'x-first-attempts': String(attempts), 'x-first-dropped': names, warning: `299 - "the cluster ${cluster} does not take: ${names}"` }
}

/** Clients take 16 KB of headers (Node's and Python's), whatever a caller makes up. */
const [mostNames, longestName] = [32, 64]

function namesOf(dropped: readonly string[]): string {
  const names = dropped.slice(0, mostNames).map((name) => name.slice(0, longestName).replaceAll(/[^\w.[\]-]/g, '?'))
  return dropped.length > mostNames ? `${names.join(', ')} and ${dropped.length - mostNames} more` : names.join(', ')
}
