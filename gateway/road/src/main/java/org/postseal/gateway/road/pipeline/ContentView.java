package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.smime.LayerVerdict;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.gateway.smime.SignedParts;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;

/**
 * The content as one recipient has the right to see it. Recipients who may open the content with different keys have
 * different views, even of the same text.
 *
 * @param keys the certificates of the keys that were tried
 * @param opening whether the content was opened
 * @param verification the verdict on all signatures from the root inwards, including those inside the opened content
 * @param layers the verdict on each signature, from the outside in
 * @param headers the protected header fields that were found (RFC 9788)
 * @param parts what was found of signatures below the layers; no part of the verdict
 */
record ContentView(
        List<CertificateId> keys,
        Opening opening,
        Verification verification,
        List<LayerVerdict> layers,
        Optional<HeaderReading> headers,
        SignedParts parts) {
    /** Says whether the content was opened for a recipient. */
    sealed interface Opening {}

    /**
     * A key of the recipient opened the content.
     *
     * @param trust whether anything shows that the content is unchanged
     * @param isAuthors whether nobody but the author hears what became of the message, so that the header section may
     * show what was encrypted
     */
    record Opened(OpenResult.Opened content, Trust trust, boolean isAuthors) implements Opening {}

    /** The content stays as it came. This is so too if nothing is encrypted. */
    record Closed(Handling.Closed why, Optional<String> cause) implements Opening {}

    /**
     * Says whether an authentication tag or a valid signature inside shows that opened content is unchanged.
     *
     * @param isUnauthenticated true if neither does
     * @param suspicion a sign that the content was changed
     */
    record Trust(boolean isUnauthenticated, Optional<Facts.Suspicion> suspicion) {
        static final Trust NO_DOUBT = new Trust(false, Optional.empty());
        static final Trust NOT_OPENED = new Trust(true, Optional.of(Facts.Suspicion.NOT_OPENED));
    }

    /** A view in which a different From inside is believed only from a signer of that address (RFC 9788 §4.4). */
    static ContentView of(List<CertificateId> keys, Opening opening, Signatures.Found found, SignedParts parts) {
        return new ContentView(
                keys,
                opening,
                HeaderVerdict.of(found.verification(), found.headers(), isAuthors(opening)),
                found.layers(),
                found.headers(),
                parts);
    }

    /** Returns true if the content was opened, and nobody but its author hears what became of the message. */
    boolean isAuthors() {
        return isAuthors(opening);
    }

    private static boolean isAuthors(Opening opening) {
        return opening instanceof Opened(var _, var _, boolean isAuthors) && isAuthors;
    }

    /** Returns true if a signature that was found under the encryption is part of the verdict. */
    boolean isSignedInside() {
        return layers.stream().anyMatch(LayerVerdict::isInside);
    }

    Optional<OpenResult.Opened> opened() {
        return switch (opening) {
            case Opened(OpenResult.Opened content, var _, var _) -> Optional.of(content);
            case Closed _ -> Optional.empty();
        };
    }

    /** Says why the content is not opened; empty if it is. */
    Optional<Handling.Closed> closed() {
        return switch (opening) {
            case Opened _ -> Optional.empty();
            case Closed(Handling.Closed why, var _) -> Optional.of(why);
        };
    }

    /** Says what kept the content, or a part of it, from being opened, for the audit log only. */
    Optional<String> cause() {
        return switch (opening) {
            case Opened(var _, var _, boolean isAuthors) ->
                headers.filter(fields -> !isAuthors && fields.mayHide()).map(_ -> KEPT_INSIDE);
            case Closed(var _, Optional<String> cause) -> cause;
        };
    }

    Trust trust() {
        return switch (opening) {
            case Opened(var _, Trust trust, var _) -> trust;
            case Closed(Handling.Closed why, var _) -> isTried(why) ? Trust.NOT_OPENED : Trust.NO_DOUBT;
        };
    }

    /** Returns true if the content stays closed for a reason that a key may have told; all such mail has one fate. */
    boolean isClosedAfterTrying() {
        return closed().filter(ContentView::isTried).isPresent();
    }

    private static boolean isTried(Handling.Closed why) {
        return switch (why) {
            case NOT_DECRYPTED, NOT_MIME, NOT_CARRIABLE, MALFORMED, LIMIT_EXCEEDED, INTERNAL_ERROR -> true;
            case NO_KEY,
                    CIPHER_NOT_ALLOWED,
                    KEY_WRAP_NOT_ALLOWED,
                    KEY_METHOD_UNKNOWN,
                    NEXT_HOP_UNSAFE,
                    NOT_ASKED,
                    ENCRYPTION_DEMANDED,
                    REDIRECTED,
                    SUSPICIOUS,
                    UNAUTHENTICATED -> false;
        };
    }

    SignatureVerdict verdict() {
        return verification.verdict();
    }

    /** A report on each signer. */
    List<SignerReport> signers() {
        return verification.signers();
    }

    private static final String KEPT_INSIDE =
            "opened; protected header fields stay inside, since others than the author may be answered";
}
