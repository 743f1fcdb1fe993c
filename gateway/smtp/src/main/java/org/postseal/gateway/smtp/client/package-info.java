/**
 * Sends mail out by a pooled, pipelining SMTP client, over plain sockets and for TLS over Netty. It sends only a {@link
 * org.postseal.gateway.smime.Sendable}.
 */
@NullMarked
package org.postseal.gateway.smtp.client;

import org.jspecify.annotations.NullMarked;
