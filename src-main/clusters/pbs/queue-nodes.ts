/**
 * What `pbsnodes -a` prints of the nodes that jobs of a queue run on: those that name it, by their own `queue` (pbs_node_attributes(7B)) or in
 * `Qlist`, the resource by which sites tie nodes to queues. Where none does, all but those that are another queue's own.
 * @param queue absent: all nodes. A name may be followed by `@` and its server.
 */
export function nodesOfQueue(text: string, queue?: string): string {
  if (queue === undefined) return text
  const [name = ''] = queue.split('@')
  const nodes = text.split(/\n(?=\S)/)
  const valueOf = (node: string, attribute: RegExp): string | undefined => attribute.exec(node)?.[1]?.trim()
  const ownerOf = (node: string): string | undefined => valueOf(node, /^\s+queue = (.*)$/m)
  const named = nodes.filter((node) => ownerOf(node) === name || valueOf(node, /^\s+resources_available\.Qlist = (.*)$/m)?.split(',').includes(name) === true)
  return (named.length > 0 ? named : nodes.filter((node) => ownerOf(node) === undefined)).join('\n')
}
