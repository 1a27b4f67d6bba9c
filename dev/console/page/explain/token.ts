/** Which token: pasted, or a sample that the process fetches. */
import type { World } from '../../api.ts'
import { ask, reasonOf } from '../http.ts'
import type { Shared } from '../state.ts'
import { renderChip, type Fields, type Told } from './fields.ts'
import { watchToken } from './paste.ts'

const NONE = 'none'

export function createTokenPicker({ common, trouble }: Shared, fields: Fields, told: Told) {
  const { samples } = common.world
  const names = [NONE, ...samples.map(({ name }) => name)]
  let wanted: string | null = null

  const put = (text: string, sample: string | null, problem: string | null = null) => {
    fields.token.value = text
    for (const [at, chip] of chips.entries()) {
      chip.setAttribute('aria-pressed', String(names[at] === sample))
    }
    fields.note.classList.toggle('bad', problem !== null)
    fields.note.textContent = problem ?? describeToken(text, storyOf(samples, sample))
  }
  const take = async (name: string) => {
    wanted = name
    try {
      const text = name === NONE ? '' : (await ask('token', { sample: name })).token
      // Another one may have been chosen, or pasted, in the meantime.
      if (wanted !== name) return
      put(text, name)
      trouble(null)
      told.now()
    } catch (error) {
      trouble(`No ${name} token: ${reasonOf(error)}.`)
    }
  }
  const chips = names.map((name) => renderChip(name, storyOf(samples, name), () => void take(name)))
  watchToken(fields.token, (text, problem) => {
    wanted = null
    put(text, null, problem)
    told.later()
  })
  return { chips, take }
}

const storyOf = (samples: World['samples'], name: string | null): string =>
  samples.find((one) => one.name === name)?.story ?? ''

const describeToken = (text: string, story: string): string =>
  text === '' ? 'No token is sent.' : `${story && `${story} · `}${text.length} characters`
