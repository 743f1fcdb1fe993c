package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.smime.SignedParts;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.SignerReport.Role;

/**
 * Names signers as the audit log has them:
 * {@code SHA-256 of the certificate, algorithm, strength, relation to the author, outcome}.
 */
final class SignerText {
    private SignerText() {}

    /** Names each signed part below the layers with its number, the verdict on it, and its signers. */
    static List<String> of(SignedParts parts) {
        Stream<String> verified = parts.verified().stream()
                .map(part -> Stream.concat(
                                Stream.of(part.section() + " "
                                        + ProtectionText.of(part.verification().verdict())),
                                of(part.verification().signers()).stream())
                        .collect(Collectors.joining("; ")));
        Stream<String> more = parts.more() == 0 ? Stream.of() : Stream.of(parts.more() + " more, not verified");
        return Stream.concat(verified, more).toList();
    }

    static List<String> of(List<SignerReport> signers) {
        return signers.stream().map(SignerText::of).toList();
    }

    private static String of(SignerReport signer) {
        String certificate = signer.certificate().map(each -> each.id().hex()).orElse("unknown certificate");
        return certificate + ", " + signer.algorithm() + ", "
                + signer.strength().name().toLowerCase(Locale.ROOT) + ", " + relation(signer) + ", "
                + ProtectionText.of(signer.verdict());
    }

    private static String relation(SignerReport signer) {
        String who = signer.role() == Role.DOMAIN ? "domain of From" : "From";
        return signer.carriesFrom() ? who : "not " + who;
    }
}
