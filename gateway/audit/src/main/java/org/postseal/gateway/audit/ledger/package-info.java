/**
 * The ledger: the one file in which a running gateway notes what it must not forget. It is the write-ahead log of the
 * audit log and the home of the journal. The page {@code docs/ledger.md} describes its flow and its failures.
 */
@NullMarked
package org.postseal.gateway.audit.ledger;

import org.jspecify.annotations.NullMarked;
