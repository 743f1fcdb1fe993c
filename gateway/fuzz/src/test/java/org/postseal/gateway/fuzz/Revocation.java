package org.postseal.gateway.fuzz;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.path.IssuerLookup;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationOrder;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.certstore.revocation.RevocationStore;

/**
 * Asks what a list or an answer says of Alice, whom no list and no answer of the root calls revoked, and of Carol, whom
 * all of them do. No server is asked.
 */
final class Revocation {
    private final PathValidator validator;

    Revocation(RevocationOrder order, RevocationStore store) {
        FetchSettings nowhere = new FetchSettings(
                Duration.ofMillis(1), Duration.ofMillis(1), List.of("nobody.invalid"), List.of(), Set.of(), 0);
        validator = new PathValidator(
                List.of(Keys.ROOT.certificate()),
                List.of(),
                IssuerLookup.NONE,
                PathSettings.DEFAULTS,
                Optional.of(new RevocationChecker(
                        RevocationSettings.DEFAULTS.withOrder(order), new BoundedFetcher(nowhere), store, List.of())),
                Optional.empty());
    }

    /** Returns {@code good}, {@code revoked} or {@code unknown}. */
    String judge(List<RevocationList> brought) {
        CertificateStatus alice = status(Keys.ALICE, brought);
        CertificateStatus carol = status(Keys.CAROL, brought);
        Target.demand(!(alice instanceof CertificateStatus.Revoked), "nobody revokes who is not revoked");
        Target.demand(!(carol instanceof CertificateStatus.Usable), "nobody clears who is revoked");
        if (carol instanceof CertificateStatus.Revoked) {
            return "revoked";
        }
        return alice instanceof CertificateStatus.Usable ? "good" : "unknown";
    }

    private CertificateStatus status(Keys whose, List<RevocationList> brought) {
        return validator
                .validate(new ValidationRequest(
                        whose.certificate(),
                        List.of(),
                        brought,
                        CertificatePurpose.SIGN,
                        RevocationMode.HARD,
                        Keys.NOW,
                        Optional.empty(),
                        true))
                .status();
    }
}
