package org.postseal.gateway.road.acme;

import java.util.List;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.AuthenticationResults;
import org.postseal.gateway.mail.DkimSignatures;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.protect.HeaderReading;

/** Says whether a challenge is from the authority that it names (RFC 8823 §3.1, item 6). */
public final class Proof {
    private Proof() {}

    /**
     * Returns true if our mail servers say that the domain of From has signed the message, and the signature covers
     * every field that RFC 8823 demands. A pass of DMARC does not suffice, since SPF alone brings one.
     *
     * @param trusted the ids of our mail servers; none if this message has not come from them
     */
    public static boolean byDkim(HeaderBlock header, List<String> trusted, MailAddress from) {
        return !trusted.isEmpty()
                && AuthenticationResults.passDkim(header, trusted, from.domain())
                && DkimSignatures.cover(header, from.domain(), COVERED);
    }

    /**
     * Returns true if the certificate of From has signed the message, together with the fields that say what it is.
     *
     * @param signed the fields that the signature protects
     * @param header those that the message shows
     */
    public static boolean bySmime(
            SignatureVerdict verdict, HeaderReading signed, HeaderBlock header, MailAddress from) {
        // A policy may believe a signature of the domain (RFC 3183), too; RFC 8823 wants that of the address.
        boolean isTheirs = verdict instanceof SignatureVerdict.Valid(var signer, var _)
                && signer.addresses().contains(from);
        return isTheirs
                && List.of("From", ChallengeMail.TO, ChallengeMail.SUBJECT).stream()
                        .allMatch(signed::isShown)
                && (header.all(ChallengeMail.REPLY_TO).isEmpty() || signed.isShown(ChallengeMail.REPLY_TO));
    }

    private static final Set<String> COVERED = Set.of(
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "subject",
            "date",
            "in-reply-to",
            "references",
            "message-id",
            "auto-submitted",
            "content-type",
            "content-transfer-encoding");
}
