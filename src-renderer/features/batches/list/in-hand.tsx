import { Button } from '@renderer/ui/button'
import { Notice } from '@renderer/ui/notice'
import { useLocation } from 'wouter'
import { preparePath } from '../paths'
import type { IntakeState } from '../work/intake'

const words: Readonly<Record<Exclude<IntakeState['kind'], 'none'>, string>> = {
  sending: 'is being read in',
  waiting: 'waits for FIRST Desktop to answer this window',
  checking: 'is being checked',
  checked: 'is checked and not queued yet',
  failed: 'could not be read in',
}

/** The way back to the file that is being prepared. */
export function InHand({ intake }: { readonly intake: Exclude<IntakeState, { kind: 'none' }> }) {
  const [, navigate] = useLocation()
  return (
    <Notice tone={intake.kind === 'failed' ? 'fail' : 'note'} action={<Button onClick={() => navigate(preparePath)}>Go on</Button>}>
      <strong className="font-medium">{intake.draft.filename}</strong> {words[intake.kind]}.
    </Notice>
  )
}
