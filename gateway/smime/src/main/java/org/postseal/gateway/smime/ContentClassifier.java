package org.postseal.gateway.smime;

import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling.Came;

/** Says what protection a message came with, by its content and not by its label. */
public final class ContentClassifier {
    private ContentClassifier() {}

    /**
     * Says what was found.
     *
     * @param content for the policy
     * @param came for the audit log
     */
    public record Classification(Facts.Content content, Came came) {}

    /** Returns the protection at the root of the message. */
    public static Classification classify(MimeEntity root) {
        return switch (CmsRoot.of(root)) {
            case NONE -> new Classification(Facts.Content.CLEAR, Came.CLEAR);
            case CLEAR_SIGNED -> new Classification(Facts.Content.SIGNED, Came.CLEAR_SIGNED);
            case OPAQUE_SIGNED -> new Classification(Facts.Content.SIGNED, Came.SIGNED_DATA);
            case ENVELOPED -> new Classification(Facts.Content.ENCRYPTED, Came.ENCRYPTED);
            case AUTH_ENVELOPED -> new Classification(Facts.Content.ENCRYPTED, Came.ENCRYPTED);
            case CERTIFICATES -> new Classification(Facts.Content.OTHER_CMS, Came.CERTIFICATES);
            case COMPRESSED -> new Classification(Facts.Content.OTHER_CMS, Came.COMPRESSED);
            case OTHER -> new Classification(Facts.Content.OTHER_CMS, Came.OTHER_CMS);
            case UNREADABLE -> new Classification(Facts.Content.OTHER_CMS, Came.UNREADABLE);
        };
    }
}
