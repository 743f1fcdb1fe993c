/**
 * Sends mail out by a pooled, pipelining SMTP client on Netty. It sends only a {@link
 * org.postseal.gateway.smime.Sendable}.
 */
@NullMarked
package org.postseal.gateway.smtp.client;

import org.jspecify.annotations.NullMarked;
