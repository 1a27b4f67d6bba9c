import { createExplainer, type Explain } from '../../cli/explain/explain.ts'
import type { Explanation } from '../../cli/explain/explanation.ts'
import { fetchHttp } from '../../shared/http.ts'
import { coreWithAuthRequest, toAuthRequest } from '../doors/support/core-door.ts'
import type { Door, Seen, Sent } from '../doors/support/door.ts'
import type { Setting } from '../doors/world.ts'

/** The explanation as one more door: it has to say of every request what the others do. */
export const explanations = (check: (explanation: Explanation) => void): Door => ({
  ...coreWithAuthRequest,
  name: 'explanation',
  async open(settings) {
    const explainers = new Map<Setting, Explain>()
    return {
      async ask(sent, name) {
        const setting = settings[name]
        const explain = explainers.get(setting) ?? createFor(setting)
        // Each question is asked at every door and of every route: more at once than a source takes.
        if (name !== 'opaque') explainers.set(setting, explain)
        return see(await ask(explain, sent), check)
      },
      close: async () => explainers.clear(),
    }
  },
})

const createFor = ({ config, environment }: Setting): Explain =>
  createExplainer(config, { http: fetchHttp, environment })

const ask = (explain: Explain, sent: Sent) =>
  explain({ request: toAuthRequest(sent), now: Date.now() / 1000 })

function see(explanation: Explanation, check: (explanation: Explanation) => void): Seen {
  check(explanation)
  const { verdict, request, token: _token, ...rest } = explanation
  return {
    outcome: verdict.outcome,
    code: verdict.code,
    route: request.route,
    answer: verdict.status,
    challenges: verdict.challenges,
    hint: verdict.hint,
    // The claims are the developer's own to see; nothing else repeats them.
    said: JSON.stringify({ verdict, steps: rest.steps, mend: rest.mend }),
  }
}
