export type { Answer, Behaviour, Plan, ScriptedCall } from '../scripted/behaviour'
