/**
 * Makes pages for people about what the gateway has written down. The console is a process of its own that reads the
 * files of the log, the policy and the certificates. It changes nothing and opens no key of the store, and the process
 * that handles mail does not know of it. The texts that it shows came from strangers, so every text on a page is
 * escaped where it is written, and no script runs.
 */
@NullMarked
package org.postseal.gateway.console;

import org.jspecify.annotations.NullMarked;
