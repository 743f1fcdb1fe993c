/**
 * Takes mail in: SMTP and LMTP listeners on SubEthaSMTP with commands of our own, behind {@link
 * org.postseal.gateway.smtp.server.MailServer}.
 */
@NullMarked
package org.postseal.gateway.smtp.server;

import org.jspecify.annotations.NullMarked;
