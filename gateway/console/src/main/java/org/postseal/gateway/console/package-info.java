/**
 * Pages for people about what the gateway has written down. The console is a process of its own that reads the files of
 * the log, the policy and the certificates. It changes nothing and opens no key of the store, and the road of a message
 * does not know of it. What it shows came from strangers, so every text on a page is escaped where it is written, and
 * no script runs.
 */
@NullMarked
package org.postseal.gateway.console;

import org.jspecify.annotations.NullMarked;
