package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationSettings;

/** NIST's path-validation suite (PKITS): certificates, lists and signed mails, and a judge over them with everything known and nobody to ask. */
final class Pkits {
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    final Map<String, MailCertificate> certificates = new TreeMap<>();
    final List<String> refusedCertificates = new ArrayList<>();
    final List<RevocationList> lists = new ArrayList<>();
    private final Map<PolicyInputs, PathValidator> validators = new java.util.HashMap<>();
    private final Path folder;

    private Pkits(Path folder) {
        this.folder = folder;
    }

    static Pkits load() throws IOException {
        Pkits pkits = new Pkits(Corpora.folder("pkits"));
        for (Path file : list(pkits.folder.resolve("certs"))) {
            try {
                pkits.certificates.put(nameOf(file), MailCertificate.of(Files.readAllBytes(file)));
            } catch (CertificateException e) {
                pkits.refusedCertificates.add(nameOf(file) + ": " + e.getMessage());
            }
        }
        for (Path file : list(pkits.folder.resolve("crls"))) {
            pkits.lists.add(list(Files.readAllBytes(file)));
        }
        return pkits;
    }

    MailCertificate anchor() {
        return Objects.requireNonNull(certificates.get("TrustAnchorRootCertificate"));
    }

    /** What the mail files are called, without their ending. */
    List<String> mails() throws IOException {
        return list(folder.resolve("smime")).stream().map(Pkits::nameOf).toList();
    }

    /** The signer's certificate, and the certificates and lists that came with it; empty when the signer's is one that we do not take. */
    record Mail(Optional<MailCertificate> signer, List<MailCertificate> helpers, List<RevocationList> lists) {}

    Mail mail(String name) throws Exception {
        String text = Files.readString(folder.resolve("smime").resolve(name + ".eml"), StandardCharsets.ISO_8859_1);
        Matcher part = SIGNATURE.matcher(text);
        assertThat(part.find()).as(name).isTrue();
        CMSSignedData signed = new CMSSignedData(Base64.getMimeDecoder().decode(part.group(1)));
        SignerInformation signer =
                signed.getSignerInfos().getSigners().iterator().next();
        Optional<MailCertificate> found = Optional.empty();
        List<MailCertificate> helpers = new ArrayList<>();
        for (X509CertificateHolder each : signed.getCertificates().getMatches(null)) {
            try {
                MailCertificate certificate = MailCertificate.of(each.getEncoded());
                helpers.add(certificate);
                if (signer.getSID().match(each)) {
                    found = Optional.of(certificate);
                }
            } catch (CertificateException dsa) {
                assertThat(name).contains("DSA");
            }
        }
        List<RevocationList> brought = new ArrayList<>();
        for (X509CRLHolder each : signed.getCRLs().getMatches(null)) {
            brought.add(list(each.getEncoded()));
        }
        return new Mail(found, helpers, brought);
    }

    PathValidator validator(PolicyInputs inputs) {
        return validators.computeIfAbsent(inputs, this::newValidator);
    }

    private PathValidator newValidator(PolicyInputs inputs) {
        return new PathValidator(
                List.of(anchor()),
                certificates.values(),
                new PathSettings(inputs, false),
                Optional.of(new RevocationChecker(
                        RevocationSettings.DEFAULTS,
                        new BoundedFetcher(FetchSettings.DEFAULTS, host -> {
                            throw new AssertionError("nobody is to be asked: " + host);
                        }),
                        new MemoryRevocationStore(1_000_000),
                        lists)),
                Optional.empty());
    }

    static CertificateStatus judge(PathValidator validator, Mail mail) {
        return validator
                .validate(new ValidationRequest(
                        mail.signer().orElseThrow(),
                        mail.helpers(),
                        mail.lists(),
                        CertificatePurpose.SIGN,
                        RevocationMode.HARD,
                        NOW,
                        Optional.empty()))
                .status();
    }

    private static RevocationList list(byte[] der) {
        try {
            return RevocationList.of(der);
        } catch (CRLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static final Pattern SIGNATURE =
            Pattern.compile("pkcs7-signature;.*?\\R\\R([A-Za-z0-9+/=\\r\\n]+)", Pattern.DOTALL);
}
