export { finishMessage, saveStreamProgress, appendMessages, reopenMessage, type AnswerEnd } from './answers'
export { type BatchesView, useBatches } from './batches'
export type { Backups, RestoreProgress, RestoreResult } from './backup/backups'
export { LocalDataContext, useLocalData } from './context'
export { type Drafts, newChatDraft } from './drafts'
export { type Clock, createIds, type Locks, type NewId, systemClock } from './environment'
export type { ConversationSettings, History, NewConversation, PageCursor } from './history'
export {
  type ClustersView,
  type ConversationList,
  type Draft,
  useBranch,
  useClusters,
  useConversation,
  useConversationList,
  useDraft,
  usePreferences,
  useProgress,
  useSearch,
  useSetPreference,
  useTrash,
} from './hooks'
export type { Known, Question } from './last-known'
export { useKnown } from './use-known'
export { flushOnLeave } from './leave'
export { createLocalData, type LocalData } from './local-data'
export { declineRestore, openDatabase, type Opening } from './open'
export { defaultPreferences, type PreferenceKey, type Preferences } from './preferences'
export { type BatchOrder, type BatchOutboxRow, Database, type Shelf } from './schema'
export { startLocalData } from './start'
export type { MatchRange, SearchHit, SearchProgress } from './search/types'
export type { BranchMessage } from './tree'
