package org.postseal.gateway.smime;

import org.postseal.gateway.mail.MimeEntity;

/**
 * One layer of a message.
 *
 * @param entity whose content is the CMS object, or the multipart/signed
 * @param section where it stands, as RFC 7281 §3.2 names parts: a slash goes into a CMS object; of the signature part of a multipart/signed, else of the entity
 */
public record Layer(Kind kind, MimeEntity entity, String section) {
    /** What it does. */
    public enum Kind {
        CLEAR_SIGNED,
        OPAQUE_SIGNED,
        COMPRESSED,
        ENCRYPTED;

        /** Either of the two. */
        public boolean isSignature() {
            return this == CLEAR_SIGNED || this == OPAQUE_SIGNED;
        }
    }
}
