package org.postseal.gateway.smime;

import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.Facts;

/** Says what protection a message came with, by its content and not by its label. */
public final class ContentClassifier {
    private ContentClassifier() {}

    /**
     * What was found.
     *
     * @param content for the policy
     * @param detail for the audit log, in the words of the RFCs
     */
    public record Classification(Facts.Content content, String detail) {}

    /** The protection at the root of the message. */
    public static Classification classify(MimeEntity root) {
        return switch (CmsRoot.of(root)) {
            case NONE -> new Classification(Facts.Content.CLEAR, "clear");
            case CLEAR_SIGNED -> new Classification(Facts.Content.SIGNED, "multipart/signed");
            case OPAQUE_SIGNED -> new Classification(Facts.Content.SIGNED, "signed-data");
            case ENVELOPED -> new Classification(Facts.Content.ENCRYPTED, "enveloped-data");
            case AUTH_ENVELOPED -> new Classification(Facts.Content.ENCRYPTED, "authEnveloped-data");
            case CERTIFICATES -> new Classification(Facts.Content.OTHER_CMS, "signed-data without content");
            case COMPRESSED -> new Classification(Facts.Content.OTHER_CMS, "compressed-data");
            case OTHER -> new Classification(Facts.Content.OTHER_CMS, "other CMS content type");
            case UNREADABLE -> new Classification(Facts.Content.OTHER_CMS, "labelled as CMS, not readable");
        };
    }
}
