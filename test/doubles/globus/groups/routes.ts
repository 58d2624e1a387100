import { bearerToken } from '../auth/bearer'
import { groupsScopes, groupsServer } from '../auth/own-scopes'
import type { AuthState } from '../auth/state'
import { ok, Refusal, type Call, type Reply, type Route } from '../http/call'

const refused = (status: number, code: string, detail: string) => (): Refusal => new Refusal({ status, body: { errors: [{ status: String(status), code, title: code, detail }] } })

const needs = {
  resourceServer: groupsServer,
  scopes: [groupsScopes.all, groupsScopes.viewMine],
  unauthorized: refused(401, 'UNAUTHORIZED', 'A valid token for Groups is required.'),
  forbidden: refused(403, 'FORBIDDEN', 'The token lacks the scope view_my_groups_and_memberships.'),
}

/** GET /v2/groups/my_groups: groups in which one of the caller's identities has one of the statuses, `active` by default. */
function myGroups(call: Call, auth: AuthState): Reply {
  const { person } = bearerToken(call, needs, auth)
  const statuses = (call.url.searchParams.get('statuses') ?? 'active').split(',')
  const groups = auth.world().groups.flatMap(({ id, name, members }) => {
    const memberships = members.flatMap(({ identity, role, status }) => {
      const mine = person.identities.find((one) => one.id === identity)
      return mine !== undefined && statuses.includes(status) ? [{ group_id: id, identity_id: identity, username: mine.username, role, status }] : []
    })
    return memberships.length === 0 ? [] : [{ id, name, group_type: 'regular', my_memberships: memberships }]
  })
  return { status: 200, body: groups }
}

export function groupsRoutes(auth: AuthState): readonly Route[] {
  return [
    { method: 'GET', path: '/v2/groups/my_groups', handle: (call) => myGroups(call, auth) },
    {
      method: 'GET',
      path: '/v2/groups/:id',
      handle: (call) => {
        bearerToken(call, needs, auth)
        const group = auth.world().groups.find(({ id }) => id === call.param('id'))
        if (group === undefined) throw refused(404, 'GROUP_NOT_FOUND', 'There is no such group.')()
        return ok({ id: group.id, name: group.name, group_type: 'regular' })
      },
    },
  ]
}
