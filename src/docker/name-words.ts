/** The two halves of generated container names: how someone was, and who thought about networks and machines. */

export const ADJECTIVES: readonly string[] = `
  amber ample attentive blithe bold bright brisk candid careful cheerful clever cordial crisp curious daring deft
  diligent eager earnest earthy fearless festive fluent frosty gallant gentle gifted glad graceful handy hearty
  honest humble jovial keen kindly lively loyal lucid mellow merry mindful nimble orderly patient placid playful
  plucky polite prudent quiet rapid robust sage serene sincere snappy spirited steady stoic sunny swift tactful tidy
  tranquil upbeat vigilant vivid warm wise witty zesty`
  .trim()
  .split(/\s+/);

export const SURNAMES: readonly string[] = `
  abel agnesi ampere babbage bardeen bartik bell bernoulli boole cantor cerf chebyshev church clarke codd conway
  curie dantzig davies diffie dijkstra engelbart erlang euler faraday fermat feynman floyd galois gauss goldberg
  gosper hamilton hamming hellman hopper huffman kahn kepler kernighan kleinrock knuth lamport laplace licklider
  liskov lovelace markov maxwell mccarthy metcalfe mockapetris morse naur nyquist pascal perlman postel reynolds
  riemann ritchie roberts shannon shockley sutherland tesla thompson torvalds turing volta watt wiener wirth yates
  zuse`
  .trim()
  .split(/\s+/);
