/** What the user can mend: printed as it stands, without a stack. */
export class Fault extends Error {
  override readonly name = 'Fault'
}
