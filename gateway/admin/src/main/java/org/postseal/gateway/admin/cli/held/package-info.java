/** The commands {@code held}: they read the mailbox of the quarantine by IMAP, and open what gateways have sealed. */
@NullMarked
package org.postseal.gateway.admin.cli.held;

import org.jspecify.annotations.NullMarked;
