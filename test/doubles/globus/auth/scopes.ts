import type { Scope } from '../world'

/** `urn[dependent *other]`, taken apart. */
export interface AskedScope {
  readonly urn: string
  readonly dependents: readonly AskedScope[]
}

/** @throws SyntaxError for brackets that do not pair, or that follow no scope */
export function parseScopes(text: string): AskedScope[] {
  const tokens = text.match(/[[\]]|[^\s[\]]+/g) ?? []
  let at = 0
  const parseList = (isInner: boolean): AskedScope[] => {
    const scopes: AskedScope[] = []
    for (;;) {
      const token = tokens[at++]
      if (token === undefined || token === ']') {
        if (isInner !== (token === ']')) throw new SyntaxError('brackets of the scope do not pair')
        return scopes
      }
      if (token === '[') {
        const last = scopes.pop()
        if (last === undefined) throw new SyntaxError('a bracket follows no scope')
        scopes.push({ urn: last.urn, dependents: parseList(true) })
      } else scopes.push({ urn: token.replace(/^\*/, ''), dependents: [] })
    }
  }
  return parseList(false)
}

/** A scope as it was agreed to: alone, or on behalf of the ones before it. Joined with spaces. */
export type ConsentPath = string

export const below = (path: ConsentPath, urn: string): ConsentPath => `${path} ${urn}`
export const urnOf = (path: ConsentPath): string => path.slice(path.lastIndexOf(' ') + 1)

/** What agreeing to these scopes agrees to: they, what they always depend on, and what was asked for with them. Unknown ones are left out. */
export function pathsOf(asked: readonly AskedScope[], find: (urn: string) => Scope | undefined, prefix = ''): ConsentPath[] {
  return asked.flatMap(({ urn, dependents }) => {
    const scope = find(urn)
    if (scope === undefined) return []
    const path = prefix === '' ? urn : below(prefix, urn)
    const always = (scope.dependents ?? []).filter(({ isOptional }) => isOptional !== true).map((one) => ({ urn: one.scope, dependents: [] }))
    return [path, ...pathsOf([...always, ...dependents], find, path)]
  })
}

/** Scopes that do not exist, at any depth. */
export function unknownScopes(asked: readonly AskedScope[], find: (urn: string) => Scope | undefined): string[] {
  return asked.flatMap(({ urn, dependents }) => [...(find(urn) === undefined ? [urn] : []), ...unknownScopes(dependents, find)])
}
