import { createParentLink } from '../parent-link'
import { type FromSupervisorChild, toSupervisorChild } from './protocol'
import { startSupervisor, type Supervisor } from './supervisor'

const link = createParentLink()
const say = (message: FromSupervisorChild): void => link.send(message)
/** Ends with whoever asked; a supervisor that was not told to go ends with its line to us. */
link.onGone(() => process.exit(1))

let supervisor: Supervisor | undefined
link.onMessage((raw) => {
  const message = toSupervisorChild.parse(raw)
  if (message.type === 'start')
    startSupervisor(message.command).then(
      (started) => {
        supervisor = started
        say({ type: 'started', pid: started.pid })
      },
      (cause: unknown) => say({ type: 'failed', message: cause instanceof Error ? cause.message : String(cause) }),
    )
  else void (message.type === 'go' ? supervisor?.go() : supervisor?.abandon())?.then(() => process.exit(0))
})
say({ type: 'hello' })
