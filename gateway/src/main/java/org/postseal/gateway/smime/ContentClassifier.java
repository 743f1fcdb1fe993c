package org.postseal.gateway.smime;

import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.Facts;

/** Says what protection a message came with, by its content and not by its label. */
public final class ContentClassifier {
    private ContentClassifier() {}

    /** The protection at the root of the message. */
    public static Facts.Content classify(MimeEntity root) {
        return switch (CmsRoot.of(root)) {
            case NONE -> Facts.Content.CLEAR;
            case CLEAR_SIGNED, OPAQUE_SIGNED -> Facts.Content.SIGNED;
            case ENVELOPED, AUTH_ENVELOPED -> Facts.Content.ENCRYPTED;
            case CERTIFICATES, OTHER, UNREADABLE -> Facts.Content.OTHER_CMS;
        };
    }
}
