package org.postseal.policy;

/** Where a message goes for one recipient; decided by {@code internal} of the policy and by whether its origin may submit for us. */
public enum Direction {
    /** From our own users to an address outside. */
    OUTBOUND,
    /** From outside to one of ours; also what a trusted peer hands over for a foreign sender. */
    INBOUND,
    /** From our own users to one of ours. */
    INTERNAL,
    /** From outside to an address outside: a user's alias or Sieve sent it on. */
    FORWARDED
}
