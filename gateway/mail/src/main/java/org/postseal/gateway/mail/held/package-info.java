/**
 * Says how a held copy carries what is needed to release it: a header field that only gateways with the same key can
 * read or write. No gateway keeps held mail itself.
 */
@NullMarked
package org.postseal.gateway.mail.held;

import org.jspecify.annotations.NullMarked;
