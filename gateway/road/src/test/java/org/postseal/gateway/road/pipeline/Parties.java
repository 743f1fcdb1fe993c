package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.files.FileCertificateStore;
import org.postseal.certstore.files.StoreLoad;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.policy.protection.DomainAuthority;

/** The people in the tests: one authority and one certificate per address, made once per process. */
public final class Parties {
    static {
        CryptoProviders.install();
    }

    public static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    public static final MailAddress ALICE = MailAddress.of("alice@example.com");
    public static final MailAddress ANNA = MailAddress.of("anna@example.com");
    /** One of ours without a certificate. */
    public static final MailAddress ADAM = MailAddress.of("adam@example.com");

    public static final MailAddress BOB = MailAddress.of("bob@partner.example");
    public static final MailAddress CARL = MailAddress.of("carl@partner.example");
    public static final MailAddress DORA = MailAddress.of("dora@partner.example");
    /** Someone outside without a certificate. */
    public static final MailAddress NOBODY = MailAddress.of("nobody@partner.example");

    /** One of ours with a certificate whose key the gateway does not have. */
    public static final MailAddress ARCHIVE = MailAddress.of("archive@example.com");

    public static final MailAddress QUARANTINE = MailAddress.of("quarantine@example.com");

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create(
            "Postseal Test", NOW.minus(Duration.ofDays(3000)), NOW.plus(Duration.ofDays(3000)));
    private static final Map<MailAddress, IssuedCertificate> ISSUED = new ConcurrentHashMap<>();

    /** The store that {@link #writeStore} writes, read once. */
    static final CertificateStore STORE = readStore();

    private Parties() {}

    public static IssuedCertificate issued(MailAddress address) {
        return ISSUED.computeIfAbsent(
                address,
                _ -> AUTHORITY.issue(
                        address,
                        KeyAlgorithm.P256,
                        Profile.DUAL,
                        NOW.minus(Duration.ofDays(2000)),
                        NOW.plus(Duration.ofDays(2000))));
    }

    /** Makes the signer for the domain of {@code member} (RFC 3183). */
    public static IssuedCertificate domainAuthority(MailAddress member) {
        return AUTHORITY
                .request(DomainAuthority.addressFor(member))
                .commonName(DomainAuthority.NAME)
                .validity(NOW.minus(Duration.ofDays(2000)), NOW.plus(Duration.ofDays(2000)))
                .issue();
    }

    /** Begins a request to our authority for a certificate that differs from the usual ones. */
    static CertificateRequest request(MailAddress address) {
        return AUTHORITY.request(address).validity(NOW.minus(Duration.ofDays(2000)), NOW.plus(Duration.ofDays(2000)));
    }

    /** Writes a store with our own two and their keys, and with the certificates of the partners and the archive. */
    public static void writeStore(Path directory) {
        try {
            AUTHORITY.writeStore(
                    directory,
                    List.of(issued(ALICE), issued(ANNA)),
                    List.of(
                            issued(BOB).certificate(),
                            issued(CARL).certificate(),
                            issued(DORA).certificate(),
                            issued(ARCHIVE).certificate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CertificateStore readStore() {
        Path directory = TemporaryHome.create("store");
        try {
            writeStore(directory);
            return switch (FileCertificateStore.load(directory)) {
                case StoreLoad.Loaded(FileCertificateStore store) -> store;
                case StoreLoad.Refused(var problems) -> throw new AssertionError(problems.toString());
            };
        } finally {
            TemporaryHome.delete(directory);
        }
    }
}
