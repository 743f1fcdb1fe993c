/**
 * Serves HTTP to few readers. Anybody who reaches a port may send anything, so everything is bounded: one request per
 * connection, GET or HEAD, and no body.
 */
@NullMarked
package org.postseal.gateway.console.http;

import org.jspecify.annotations.NullMarked;
