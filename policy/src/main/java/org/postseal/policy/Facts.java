package org.postseal.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;

/**
 * What the policy may look at, for one recipient of one message.
 *
 * @param originMaySubmit whether the peer may submit mail for internal senders (role, trusted peer, XFORWARD, AUTH)
 * @param envelopeSender reverse path; empty for the null path
 * @param from the address of the message's single From field; empty with none, several, or one that does not parse
 * @param recipient forward path
 * @param headers field bodies, unfolded, by lower-case field name, in order; only of the outer header section
 * @param kind ordinary mail, or mail that no rule touches unless it names it
 * @param content the protection the message came with
 * @param signature what verification said of it
 */
public record Facts(
        boolean originMaySubmit,
        Optional<MailAddress> envelopeSender,
        Optional<MailAddress> from,
        MailAddress recipient,
        Map<String, List<String>> headers,
        Kind kind,
        Content content,
        Signature signature) {

    /** What sort of message it is. */
    public enum Kind {
        ORDINARY,
        /** Null reverse path: DSN, MDN (RFC 5321 §4.5.5). */
        NULL_SENDER,
        /** {@code Auto-Submitted} other than {@code no} (RFC 3834 §5). */
        AUTO_REPLY
    }

    /** The protection at the message root, by content and not by label. */
    public enum Content {
        CLEAR,
        SIGNED,
        ENCRYPTED,
        /** CMS that is neither: certs-only, compressed. */
        OTHER_CMS
    }

    /** The verdict on a root-level signature, for policy; also of the one found under an encryption that could be opened. */
    public enum Signature {
        UNSIGNED,
        VALID,
        INVALID,
        UNVERIFIABLE
    }
}
