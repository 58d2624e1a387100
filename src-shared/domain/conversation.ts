import { z } from 'zod'
import { signInNeed } from '../globus/sign-in-need'

/** Parameters of a chat as the person set them; what is absent is left to the model. */
export const chatParameters = z.object({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxTokens: z.number().int().positive().optional(),
  seed: z.number().int().optional(),
})
export type ChatParameters = z.infer<typeof chatParameters>

/** Which model of which cluster answers; `cluster` absent lets the gateway choose. */
export const modelChoice = z.object({ model: z.string(), cluster: z.string().optional() })
export type ModelChoice = z.infer<typeof modelChoice>

export const conversation = z.object({
  id: z.string(),
  title: z.string(),
  /** True once the person has named it: then no title is derived any more. */
  isTitleOwn: z.boolean(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  isPinned: z.boolean(),
  /** In the trash since; purged after a while. */
  deletedAtMs: z.number().optional(),
  choice: modelChoice.optional(),
  systemPrompt: z.string(),
  parameters: chatParameters,
  /** The message at the end of the branch that is shown. */
  leafId: z.string().optional(),
})
export type Conversation = z.infer<typeof conversation>

/** `streaming` on disk with no writer alive means that the app was killed: it is read as `interrupted`. */
export const messageState = z.enum(['complete', 'streaming', 'stopped', 'interrupted', 'failed'])
export type MessageState = z.infer<typeof messageState>

/** Messages form a tree: an edit or another answer is a sibling, and nothing is overwritten. */
export const message = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** Absent for the first message of a conversation. */
  parentId: z.string().optional(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  reasoning: z.string().optional(),
  state: messageState,
  createdAtMs: z.number(),
  /** Who answered: the model asked for and the cluster that served it. */
  choice: modelChoice.optional(),
  error: z.object({ code: z.string(), message: z.string(), action: z.string().optional(), signIn: signInNeed.optional() }).optional(),
  usage: z.object({ promptTokens: z.number(), completionTokens: z.number(), isEstimated: z.boolean() }).optional(),
  /** Milliseconds from sending to the first token, and from that to the last; of these, how long the reasoning took. */
  timing: z.object({ firstTokenMs: z.number(), streamMs: z.number(), reasoningMs: z.number().optional() }).optional(),
  finishReason: z.string().optional(),
})
export type Message = z.infer<typeof message>
