package org.postseal.certstore.revocation;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.IssuerLookup;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.path.ValidationRequest;

/**
 * Holds a root, a server on 127.0.0.1 that may be asked, a server on 127.0.0.2 that must not be asked, and a validator
 * that uses them.
 */
final class Bench implements AutoCloseable {
    final TestAuthority root;
    final MailCertificate anchor;
    final TestServer server = new TestServer("127.0.0.1");
    final TestServer canary = new TestServer("127.0.0.2");
    final RevocationStore store = new MemoryRevocationStore(100_000_000);
    /** The answers that were handed over to be kept, each as kind and SHA-256. */
    final List<String> kept = new CopyOnWriteArrayList<>();

    final AtomicLong ticks = new AtomicLong();
    final PathValidator validator;

    Bench(RevocationOrder order) {
        this(RevocationSettings.DEFAULTS.withOrder(order));
    }

    Bench(RevocationSettings settings) {
        this(new TestAuthority("root"), settings);
    }

    Bench(TestAuthority root, RevocationSettings settings) {
        this.root = root;
        this.anchor = root.root();
        this.validator = validator(settings);
    }

    /** Makes a second validator over the same store, like one in another process or after a restart. */
    PathValidator validator(RevocationSettings settings) {
        FetchSettings fetching = new FetchSettings(
                Duration.ofMillis(500),
                Duration.ofMillis(1_000),
                List.of(),
                List.of(AddressRange.of("127.0.0.1/32")),
                Set.of(),
                2);
        Ticker ticker = ticks::get;
        return new PathValidator(
                List.of(anchor),
                List.of(),
                IssuerLookup.NONE,
                PathSettings.DEFAULTS,
                Optional.of(new RevocationChecker(
                        settings,
                        new BoundedFetcher(fetching),
                        store,
                        List.of(),
                        (kind, sha256, _) -> kept.add(kind + " " + sha256),
                        ticker)),
                Optional.empty());
    }

    PathVerdict validate(MailCertificate leaf) {
        return validate(leaf, RevocationMode.HARD);
    }

    PathVerdict validate(MailCertificate leaf, RevocationMode mode, RevocationList... lists) {
        return validate(validator, leaf, mode, TestAuthority.NOW, lists);
    }

    static PathVerdict validate(
            PathValidator validator, MailCertificate leaf, RevocationMode mode, Instant time, RevocationList... lists) {
        return validator.validate(new ValidationRequest(
                leaf, List.of(), List.of(lists), CertificatePurpose.SIGN, mode, time, Optional.empty()));
    }

    @Override
    public void close() throws java.io.IOException {
        server.close();
        canary.close();
    }
}
