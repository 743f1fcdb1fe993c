package org.postseal.certstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.CertificateRequest;

/** Holds an authority with two users, and reads a store from their files. */
abstract class FileCertificateStoreFixture {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    static final MailAddress ALICE = MailAddress.of("alice@example.com");
    static final MailAddress BOB = MailAddress.of("bob@example.net");
    static final CertificateAuthority CA = CertificateAuthority.create("Test Root", START, END);

    static FileCertificateStore store(Path directory) {
        StoreLoad load = FileCertificateStore.load(directory);
        assertThat(load).isInstanceOf(StoreLoad.Loaded.class);
        return ((StoreLoad.Loaded) load).store();
    }

    static MailCertificate certificate(CertificateRequest request) {
        return request.issue().certificate();
    }
}
