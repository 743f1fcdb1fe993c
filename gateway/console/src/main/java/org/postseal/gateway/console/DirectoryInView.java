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

/** Where the pages see certificates: opened for each page, so that no reader stands in the gateway's way between them. Thread-safe. */
final class DirectoryInView {
    private final GatewayConfig config;
    private final PolicyInView policy;
    private final Clock clock;

    DirectoryInView(GatewayConfig config, PolicyInView policy, InstantSource clock) {
        this.config = config;
        this.policy = policy;
        this.clock = clock.withZone(ZoneOffset.UTC);
    }

    /** Looks into it. */
    <T> T look(Function<DirectoryView, T> work) {
        // as the gateway does: the policy may wish for more
        DirectoryConfig wanted = policy.now()
                .rules()
                .map(rules -> config.directory().with(rules.wishes()))
                .orElse(config.directory());
        try (DirectoryView view = DirectoryView.open(wanted, config.storeDirectory(), clock)) {
            return work.apply(view);
        }
    }

    /** A certificate of the database or the files. */
    static Optional<MailCertificate> find(DirectoryView view, CertificateId id) {
        Optional<MailCertificate> stored = Optional.empty();
        try {
            stored = view.database()
                    .flatMap(database -> database.certificates().find(id))
                    .map(found -> found.certificate());
        } catch (DatabaseException unreadable) {
            // the page that is about certificates says so
        }
        return stored.or(() -> view.inFiles().stream()
                .filter(certificate -> certificate.id().equals(id))
                .findFirst());
    }
}
