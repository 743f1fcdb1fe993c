package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.gateway.smime.protect.HeaderReading;

/**
 * Adjusts a verdict for a protected From field (RFC 9788 §4.4): a From inside that differs from the one outside is
 * believed only if the signature belongs to that address.
 */
final class HeaderVerdict {
    private HeaderVerdict() {}

    /** Compares the From fields inside and outside, and adjusts the verdict. */
    static Verification of(Verification found, Optional<HeaderReading> headers) {
        SignatureVerdict adjusted = of(found.verdict(), headers);
        return adjusted.equals(found.verdict()) ? found : new Verification(adjusted, found.digest(), found.signers());
    }

    private static SignatureVerdict of(SignatureVerdict verdict, Optional<HeaderReading> headers) {
        if (headers.isEmpty() || headers.get().from() != HeaderReading.From.DIFFERENT) {
            return verdict;
        }
        return switch (verdict) {
            case SignatureVerdict.Valid(MailCertificate signer, var _) ->
                headers.get().innerFrom().filter(signer.addresses()::contains).isPresent()
                        ? verdict
                        : SignatureVerdict.of(Cause.HEADER_MISMATCH, Optional.of(signer));
            case SignatureVerdict.Unsigned _ -> SignatureVerdict.of(Cause.HEADER_MISMATCH, Optional.empty());
            case SignatureVerdict.Invalid _, SignatureVerdict.Unverifiable _ -> verdict;
        };
    }
}
