/** What rules and their targets decide about a packet, beside NF_DROP, NF_ACCEPT and NF_STOLEN of `hooks.ts`. */

/** The next rule is asked (Linux: XT_CONTINUE). */
export const XT_CONTINUE = -1;
/** Back to the rule behind the one that led to this chain; at a hook's chain its policy decides (XT_RETURN). */
export const XT_RETURN = -5;
