package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.gateway.smime.protect.HeaderReading;

/**
 * Adjusts a verdict for protected header fields. A From inside that differs from the one outside is a mismatch unless
 * the signature belongs to that address (RFC 9788 §4.4). If any field that people see differs, From included, nothing
 * is claimed: mail programs may show the one that nobody signed. This holds even for mail that is opened with its
 * fields put back, since the policy is asked before that, and may leave it closed.
 */
final class HeaderVerdict {
    private HeaderVerdict() {}

    /**
     * Compares the fields inside and outside, and adjusts the verdict.
     *
     * @param isAuthors whether nobody but the author hears what became of the message
     */
    static Verification of(Verification found, Optional<HeaderReading> headers, boolean isAuthors) {
        SignatureVerdict adjusted =
                headers.map(read -> of(found.verdict(), read, isAuthors)).orElse(found.verdict());
        return adjusted.equals(found.verdict()) ? found : new Verification(adjusted, found.digest(), found.signers());
    }

    private static SignatureVerdict of(SignatureVerdict verdict, HeaderReading headers, boolean isAuthors) {
        boolean isOthers = headers.from() == HeaderReading.From.DIFFERENT;
        return switch (verdict) {
            case SignatureVerdict.Valid(MailCertificate signer, var _) -> {
                if (isOthers
                        && headers.innerFrom()
                                .filter(signer.addresses()::contains)
                                .isEmpty()) {
                    yield SignatureVerdict.of(Cause.HEADER_MISMATCH, Optional.of(signer));
                }
                yield headers.isShownOtherwise(isAuthors)
                        ? SignatureVerdict.of(Cause.SIGNED_FIELDS_DIFFER, Optional.of(signer))
                        : verdict;
            }
            case SignatureVerdict.Unsigned _ ->
                isOthers ? SignatureVerdict.of(Cause.HEADER_MISMATCH, Optional.empty()) : verdict;
            case SignatureVerdict.Invalid _, SignatureVerdict.Unverifiable _ -> verdict;
        };
    }
}
