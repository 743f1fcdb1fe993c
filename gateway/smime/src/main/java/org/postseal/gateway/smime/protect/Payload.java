package org.postseal.gateway.smime.protect;

import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;

/**
 * Holds a message that is parted for protection.
 *
 * @param outer what stays outside; its Content- fields do not count
 * @param entity what goes under signature and encryption: the cryptographic payload (RFC 9787 §4.3)
 */
public record Payload(HeaderBlock outer, RawMessage entity) {}
