package org.postseal.gateway.e2e.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.provider.CryptoProviders;

/** An authority (RSA-3072 root and issuer) and users; each key is made once. */
final class BenchPki {
    static {
        CryptoProviders.install();
    }

    private final Instant now = Instant.now();
    private final Instant from = now.minus(Duration.ofDays(30));
    private final Instant until = now.plus(Duration.ofDays(300));
    private final CertificateAuthority authority =
            CertificateAuthority.create("Bench", KeyAlgorithm.RSA3072, from, until);
    private final Map<KeyAlgorithm, IssuedCertificate> signers = new EnumMap<>(KeyAlgorithm.class);
    private final Map<KeyAlgorithm, List<IssuedCertificate>> recipients = new EnumMap<>(KeyAlgorithm.class);

    Instant now() {
        return now;
    }

    CertificateAuthority authority() {
        return authority;
    }

    IssuedCertificate signer(KeyAlgorithm algorithm) {
        return signers.computeIfAbsent(algorithm, _ -> issue("signer-" + algorithm, algorithm, Profile.SIGN));
    }

    /** Makes a new certificate for the key of {@link #signer}. */
    IssuedCertificate renewed(KeyAlgorithm algorithm) {
        return authority
                .request(signer(algorithm).certificate().addresses().getFirst())
                .key(signer(algorithm).key())
                .profile(Profile.SIGN)
                .validity(from, until)
                .issue();
    }

    List<IssuedCertificate> recipients(KeyAlgorithm algorithm, int count) {
        List<IssuedCertificate> made = recipients.computeIfAbsent(algorithm, _ -> new ArrayList<>());
        while (made.size() < count) {
            made.add(issue("recipient-" + algorithm + "-" + made.size(), algorithm, Profile.ENCRYPT));
        }
        return List.copyOf(made.subList(0, count));
    }

    private IssuedCertificate issue(String name, KeyAlgorithm algorithm, Profile profile) {
        return authority.issue(MailAddress.of(name + "@example.com"), algorithm, profile, from, until);
    }

    /** Returns a store that remembers every path it found good. */
    CertificateStore caching() {
        return new Judge(Integer.MAX_VALUE);
    }

    /** Returns a store that forgets everything after so many questions. */
    CertificateStore forgettingAfter(int questions) {
        return new Judge(questions);
    }

    private final class Judge implements CertificateStore {
        private final int questions;
        private PathValidator paths = fresh();
        private int asked;

        Judge(int questions) {
            this.questions = questions;
        }

        private PathValidator fresh() {
            return new PathValidator(List.of(authority.root()), List.of());
        }

        @Override
        public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
            if (asked++ % questions == 0) {
                paths = fresh();
            }
            return paths.validate(leaf, brought.certificates(), purpose, time);
        }

        @Override
        public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<KeyHandle> decryptionKeys(MailAddress recipient) {
            throw new UnsupportedOperationException();
        }
    }
}
