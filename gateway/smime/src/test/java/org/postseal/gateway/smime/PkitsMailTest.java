package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.path.IssuerLookup;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;

/**
 * Verifies the signed mails of NIST's path-validation suite as a whole. Mails that NIST calls valid pass if a
 * certificate carries the address of From; if none does, only that stands against them. The others are not accepted.
 * There are no policy inputs here; those are tried with the paths alone.
 */
@Tag("thorough")
class PkitsMailTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    static List<String> files() throws IOException {
        return Samples.files("pkits/smime");
    }

    @Test
    void everyMailHasTheVerdictOfItsName() throws Exception {
        CertificateStore store = store();
        Map<String, Integer> counts = new TreeMap<>();
        for (String file : files()) {
            String name = file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.'));
            String verdict = verdict(Samples.mail(file), store);
            counts.merge(verdict, 1, Integer::sum);
            if (name.contains("DSA")) {
                // This verdict does not depend on whether NIST calls them valid.
                assertThat(verdict).as(name).isEqualTo("ALGORITHM_WEAK");
            } else if (isValid(name)) {
                assertThat(verdict).as(name).isEqualTo(ADDRESSED.contains(name) ? "Valid" : "ADDRESS_MISMATCH");
            } else {
                assertThat(verdict).as(name).matches("CERTIFICATE_.*|REVOCATION_UNKNOWN");
            }
        }
        assertThat(counts)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Valid", 6,
                        "ADDRESS_MISMATCH", 95,
                        "ALGORITHM_WEAK", 3,
                        "CERTIFICATE_EXPIRED", 2,
                        "CERTIFICATE_NOT_YET_VALID", 1,
                        "CERTIFICATE_REVOKED", 22,
                        "CERTIFICATE_UNTRUSTED", 71,
                        "REVOCATION_UNKNOWN", 24));
    }

    private static boolean isValid(String name) {
        if (name.startsWith("SignedValid")) {
            return true;
        }
        return !name.startsWith("SignedInvalid") && !INVALID_WITHOUT_INPUTS.contains(name);
    }

    // NIST's document says so in sections 4.4 and 4.8. The names of the mails do not say so.
    private static final Set<String> INVALID_WITHOUT_INPUTS = Set.of(
            "SignedDifferentPoliciesTest4",
            "SignedDifferentPoliciesTest5",
            "SignedDifferentPoliciesTest7",
            "SignedDifferentPoliciesTest8",
            "SignedDifferentPoliciesTest9",
            "SignedDifferentPoliciesTest12",
            "SignedMissingCRLTest1");

    // In these, From has another address, which the certificate carries.
    private static final Set<String> ADDRESSED = Set.of(
            "SignedValidDNandRFC822nameConstraintsTest27",
            "SignedValidDNnameConstraintsTest4",
            "SignedValidDNnameConstraintsTest14",
            "SignedValidRFC822nameConstraintsTest21",
            "SignedValidRFC822nameConstraintsTest23",
            "SignedValidRFC822nameConstraintsTest25");

    private static String verdict(RawMessage mail, CertificateStore store) throws IOException {
        MimeEntity root = Mail.scan(mail);
        return Mail.describe(new SignatureVerifier().verify(root, Mail.from(root), store, NOW));
    }

    private static CertificateStore store() throws Exception {
        List<MailCertificate> certificates = new ArrayList<>();
        for (String file : Samples.files("pkits/certs")) {
            if (!DSA.contains(file.substring("pkits/certs/".length()))) {
                certificates.add(Samples.certificate(file));
            }
        }
        List<RevocationList> lists = new ArrayList<>();
        for (String file : Samples.files("pkits/crls")) {
            lists.add(RevocationList.of(Samples.octets(file)));
        }
        RevocationChecker revocation = new RevocationChecker(
                RevocationSettings.DEFAULTS,
                new BoundedFetcher(FetchSettings.DEFAULTS, host -> {
                    throw new AssertionError("nobody is to be asked: " + host);
                }),
                new MemoryRevocationStore(1_000_000),
                lists);
        return new TrustingStore(
                new PathValidator(
                        List.of(Samples.certificate("pkits/certs/TrustAnchorRootCertificate.crt")),
                        certificates,
                        IssuerLookup.NONE,
                        PathSettings.DEFAULTS,
                        Optional.of(revocation),
                        Optional.empty()),
                RevocationMode.HARD);
    }

    // These have keys that no certificate of ours may have (RFC 8551 Appendix B).
    private static final Set<String> DSA = Set.of(
            "DSACACert.crt",
            "DSAParametersInheritedCACert.crt",
            "InvalidDSASignatureTest6EE.crt",
            "ValidDSAParameterInheritanceTest5EE.crt",
            "ValidDSASignaturesTest4EE.crt");
}
