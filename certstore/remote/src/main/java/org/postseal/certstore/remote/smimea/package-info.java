/**
 * Finds certificates that a domain publishes in DNS (RFC 8162), and believes them only as far as DNSSEC proves them.
 */
@NullMarked
package org.postseal.certstore.remote.smimea;

import org.jspecify.annotations.NullMarked;
