package org.postseal.gateway.smime;

import org.postseal.gateway.mail.MimeEntity;

/**
 * Describes one layer of a message.
 *
 * @param entity whose content is the CMS object, or the multipart/signed
 * @param section the place of the layer, as RFC 7281 §3.2 names parts, with a slash that goes into a CMS object: the
 * place of the signature part of a multipart/signed, otherwise that of the entity
 */
public record Layer(Kind kind, MimeEntity entity, String section) {
    /** Says what a layer does. */
    public enum Kind {
        CLEAR_SIGNED,
        OPAQUE_SIGNED,
        ENCRYPTED;

        /** Returns true for both kinds of signature. */
        public boolean isSignature() {
            return this == CLEAR_SIGNED || this == OPAQUE_SIGNED;
        }
    }
}
