/** What people copy beside a token, and lines of headers. */

/** Above every door's limit, so that a door can still be seen to refuse; far below what a paste can be. */
const TOKEN_CHARACTERS = 40_000

/** null: nothing is sent. The scheme, quotes and line ends around a token are not part of it. */
export function readPaste(text: string): string | null {
  const token = text
    .trim()
    .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
    .replace(/^(["'])(.*)\1$/s, '$2')
  return token === '' ? null : token
}

/** Lines that are no header are left out: they are being typed. */
export const readHeaders = (text: string): readonly (readonly [string, string])[] =>
  text.split('\n').flatMap((line) => {
    const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })

type Take = (text: string, problem: string | null) => void

/** What is too long for any door is not even put into the field. */
export function watchToken(field: HTMLTextAreaElement, take: Take): void {
  const refuse = (length: number) =>
    take('', `That is ${length.toLocaleString('en')} characters; ${LIMIT}. It was not taken.`)
  field.addEventListener('paste', (event) => {
    const length = event.clipboardData?.getData('text').length ?? 0
    if (length <= TOKEN_CHARACTERS) return
    event.preventDefault()
    refuse(length)
  })
  field.addEventListener('input', () => {
    const { length } = field.value
    if (length > TOKEN_CHARACTERS) refuse(length)
    else take(field.value, null)
  })
}

const LIMIT = 'a Worker reads 16,384 of them, a Lambda function 8,192'
