/** What the scheduler of PBS writes into a job's comment, and what it means; `$1` is what the comment names. */
const comments: readonly { readonly says: RegExp; readonly text: string }[] = [
  { says: /Insufficient amount of resource:? *([\w.-]+)/i, text: 'It waits for nodes to be free ($1).' },
  { says: /Insufficient amount of (?:queue|server) resource:? *([\w.-]+)/i, text: 'A limit of the queue or of the site is reached ($1).' },
  { says: /Not enough (?:free nodes|of the right type of nodes|total nodes)|No available resources on nodes|Host set .* has too few free resources/i, text: 'It waits for nodes to be free.' },
  { says: /dedicated time|outside (?:of )?(?:primetime|non-primetime)|cross(?:ing)? (?:prime|dedicated)/i, text: 'Its nodes are kept free for a while; there may be a maintenance.' },
  { says: /would conflict with reservation or top job|job is in a reservation|Job would cross/i, text: 'Its nodes are kept for another job or a reservation.' },
  { says: /^(.*\blimit\b.*)$/i, text: 'A limit for jobs is reached: $1.' },
  { says: /Queue not started|Queue .*is not started|queue is stopped/i, text: 'The queue is stopped.' },
  { says: /higher priority|strict ordering|starving/i, text: 'Other jobs go first.' },
  { says: /Job held|held,? too many failed attempts/i, text: 'It is held; see qstat -f for why.' },
]

/** A sentence for a comment; one that is not known is passed on. */
export function waitComment(comment: string | undefined): string | undefined {
  if (comment === undefined) return undefined
  const words = comment.trim().replace(/^Not Running:\s*/i, '')
  const known = comments.map(({ says, text }) => ({ text, match: says.exec(words) })).find(({ match }) => match !== null)
  const meaning = known === undefined ? undefined : known.text.replace('$1', known.match?.[1] ?? '')
  if (/^Can Never Run/i.test(words)) return `It can never run: ${words.replace(/^Can Never Run:?\s*/i, '')}.`
  return meaning ?? (words === '' ? undefined : `PBS says: ${words}.`)
}
