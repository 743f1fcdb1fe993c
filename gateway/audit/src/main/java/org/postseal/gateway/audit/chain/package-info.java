/**
 * The chain that makes a changed log show: numbers and hashes in each record, checkpoints signed by the log's key, and
 * the files that they run through. Here a log is verified and records are proven, and here alone the log's private key
 * is seen.
 */
@NullMarked
package org.postseal.gateway.audit.chain;

import org.jspecify.annotations.NullMarked;
