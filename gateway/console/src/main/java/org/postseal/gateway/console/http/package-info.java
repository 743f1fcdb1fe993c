/**
 * HTTP for few readers: whoever reaches a port may send anything, so everything is bounded. One request per connection, GET or HEAD, no body.
 */
@NullMarked
package org.postseal.gateway.console.http;

import org.jspecify.annotations.NullMarked;
