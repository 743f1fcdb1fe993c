package org.postseal.gateway.console;

import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.directory.DirectoryView;

/**
 * Opens the certificate store for the pages. It is opened for each page anew, so that no reader blocks the gateway
 * between pages. Thread-safe.
 */
final class DirectoryInView {
    private final GatewayConfig config;
    private final PolicyInView policy;
    private final Clock clock;

    DirectoryInView(GatewayConfig config, PolicyInView policy, InstantSource clock) {
        this.config = config;
        this.policy = policy;
        this.clock = clock.withZone(ZoneOffset.UTC);
    }

    <T> T look(Function<DirectoryView, T> work) {
        // The policy may ask for stricter settings than the configuration, as it does in the gateway.
        DirectoryConfig wanted = policy.now()
                .rules()
                .map(rules -> config.directory().with(rules.wishes()))
                .orElse(config.directory());
        try (DirectoryView view = DirectoryView.open(wanted, config.storeDirectory(), clock)) {
            return work.apply(view);
        }
    }

    /** Finds a certificate in the database or the files. */
    static Optional<MailCertificate> find(DirectoryView view, CertificateId id) {
        Optional<MailCertificate> stored = Optional.empty();
        try {
            stored = view.database()
                    .flatMap(database -> database.certificates().find(id))
                    .map(found -> found.certificate());
        } catch (DatabaseException unreadable) {
            // The page that lists certificates reports this failure.
        }
        return stored.or(() -> view.inFiles().stream()
                .filter(certificate -> certificate.id().equals(id))
                .findFirst());
    }
}
