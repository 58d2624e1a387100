import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { SignInFlow, SignInStage } from './flow'

export const SignInContext = createContext<SignInFlow | undefined>(undefined)

/** Throws outside of `<SignInContext value={flow}>`. */
export function useSignIn(): SignInFlow {
  const flow = useContext(SignInContext)
  if (!flow) throw new Error('useSignIn needs <SignInContext value={flow}> above it.')
  return flow
}

export function useSignInStage(): SignInStage {
  return useStore(useSignIn().state)
}
