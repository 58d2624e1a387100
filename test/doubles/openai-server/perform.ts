import type { ServerResponse } from 'node:http'
import type { Behaviour } from '../scripted/behaviour'
import { perform as performOver } from '../scripted/perform'
import type { Asked } from '../scripted/wire'
import { chatWire } from './chat-wire'

/** What a behaviour means for a request of Chat Completions. */
export const perform = (behaviour: Behaviour, asked: Asked, response: ServerResponse): Promise<void> => performOver(behaviour, asked, response, chatWire)
