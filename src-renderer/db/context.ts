import { createContext, useContext } from 'react'
import type { LocalData } from './local-data'

export const LocalDataContext = createContext<LocalData | undefined>(undefined)

/** Throws outside of `<LocalDataContext value={data}>`. */
export function useLocalData(): LocalData {
  const data = useContext(LocalDataContext)
  if (!data) throw new Error('useLocalData needs <LocalDataContext value={data}> above it.')
  return data
}
