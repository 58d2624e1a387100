import type { WhoamiAnswer } from '@shared/first/endpoints'
import { whoamiToWire } from '@shared/first/to-wire'
import type { Grant } from '../authorize'

/** `GET /resource_server/whoami`: who the key belongs to. */
export const whoami = ({ identity }: Grant): WhoamiAnswer => whoamiToWire(identity)
