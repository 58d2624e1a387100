import { Button } from '@renderer/ui/button'
import { TextField } from '@renderer/ui/field'
import type { Problem } from '@renderer/ui/problem'
import type { SignIn } from '@shared/domain/account'
import { useState, type SyntheticEvent } from 'react'
import { GlobusLink } from './globus-link'
import { useSignIn } from './use-sign-in'

/** Globus shows a code at the end, which comes back by hand: for a browser on any machine. */
export function PasteCode({ signIn: { url }, opensBrowser }: { readonly signIn: SignIn; readonly opensBrowser: boolean }) {
  const flow = useSignIn()
  const [code, setCode] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const send = (event: SyntheticEvent) => {
    event.preventDefault()
    if (code.trim() === '' || isBusy) return
    setIsBusy(true)
    void flow
      .paste(code.trim())
      .then(setProblem)
      .finally(() => setIsBusy(false))
  }
  return (
    <ol className="flex flex-col gap-4">
      <Step number={1} text={opensBrowser ? 'Sign in on the page that has opened, in this browser or in any other.' : 'Open this page in the browser of any machine, and sign in.'}>
        <GlobusLink url={url}>{opensBrowser ? 'Open it again' : 'Open the page of Globus'}</GlobusLink>
      </Step>
      <Step number={2} text="Paste the code that it shows at the end.">
        <form onSubmit={send} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <TextField label="Code" autoComplete="off" autoFocus={opensBrowser} value={code} onChange={(event) => setCode(event.target.value)} problem={problem && `${problem.message} ${problem.action}`} />
          </div>
          <Button type="submit" look="primary" className="mt-6" isBusy={isBusy} disabled={code.trim() === ''}>
            Sign in
          </Button>
        </form>
      </Step>
    </ol>
  )
}

function Step({ number, text, children }: { readonly number: number; readonly text: string; readonly children: React.ReactNode }) {
  return (
    <li className="flex gap-3">
      <span aria-hidden className="flex size-5 shrink-0 items-center justify-center rounded-full bg-sunken text-xs text-ink-soft tabular-nums">
        {number}
      </span>
      <div className="min-w-0 flex-1">
        <p className="mb-2">{text}</p>
        {children}
      </div>
    </li>
  )
}
