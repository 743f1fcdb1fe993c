package org.postseal.gateway.admin.rollout;

import java.util.List;
import java.util.Optional;

/**
 * Makes a script that puts certificates into the address book of Exchange. It is for recipients who have no entry in a
 * directory server that we write to: users whose mailbox is only in the cloud ({@code Set-Mailbox}), and partners
 * ({@code Set-MailContact}, {@code Set-MailUser}). It replaces what was there, so that expired certificates go.
 */
public final class RecipientScript {
    /** The most values of one attribute; Entra does not synchronise an object that has more. */
    public static final int MAX_VALUES = 15;

    private RecipientScript() {}

    /**
     * A recipient and the certificates to publish.
     *
     * @param address any address of the recipient
     * @param words a comment that says what is published
     * @param certificates DER, 1 to {@value #MAX_VALUES}; Outlook takes the first that fits
     * @param bundles for UserSMimeCertificate; an empty list empties it, an empty Optional leaves it
     */
    public record Recipient(String address, String words, List<byte[]> certificates, Optional<List<byte[]>> bundles) {
        public Recipient {
            certificates = List.copyOf(certificates);
            bundles = bundles.map(List::copyOf);
            if (certificates.isEmpty() || certificates.size() > MAX_VALUES) {
                throw new IllegalArgumentException(
                        "1 to " + MAX_VALUES + " certificates of a recipient, not " + certificates.size());
            }
        }
    }

    /**
     * Returns the script. It changes a recipient as often as they stand in the list. If Exchange does not have a
     * recipient, or does not let us change them, the script goes on with the others.
     */
    public static byte[] of(List<Recipient> recipients) {
        return PowerShell.file(to -> JterecipientsGenerated.render(to, null, recipients));
    }
}
