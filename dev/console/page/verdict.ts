/** How a verdict looks: a colour, and always a sign and a word beside it. */
import type { Outcome } from '../api.ts'
import { h } from './dom.ts'

export type Mood = Outcome | 'none'

const SIGNS: Readonly<Record<Mood, string>> = { allow: '✓', deny: '✕', unavailable: '!', none: '–' }

export const WORDS: Readonly<Record<Mood, string>> = {
  allow: 'allowed',
  deny: 'refused',
  unavailable: 'not judged',
  none: 'no answer',
}

export const signOf = (mood: Mood): HTMLElement =>
  h('span', { class: 'sign', attributes: { 'aria-hidden': 'true' } }, SIGNS[mood])

export function moodOf(status: number | null): Mood {
  if (status === null || status === 0) return 'none'
  if (status < 400) return 'allow'
  return status < 500 ? 'deny' : 'unavailable'
}

const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

export const phraseOf = (status: number): string => PHRASES[status] ?? ''
