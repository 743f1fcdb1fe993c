package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

/**
 * NIST's path-validation suite (PKITS): its certificates, lists and signed mails, and a validator that knows all of
 * them and asks no server.
 */
final class Pkits {
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    final Map<String, MailCertificate> certificates = new TreeMap<>();
    final List<String> refusedCertificates = new ArrayList<>();
    final List<RevocationList> lists = new ArrayList<>();
    private final Map<PolicyInputs, PathValidator> validators = new java.util.HashMap<>();
    private final Path folder;
    private @org.jspecify.annotations.Nullable CertStore storeOfJdk;

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

    /** Returns the names of the mail files without their ending. */
    List<String> mails() throws IOException {
        return list(folder.resolve("smime")).stream().map(Pkits::nameOf).toList();
    }

    /**
     * The signer's certificate, and the certificates and lists that came with it. The signer is empty if we do not
     * accept that certificate.
     */
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
                IssuerLookup.NONE,
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
        return validator.validate(request(mail)).status();
    }

    static ValidationRequest request(Mail mail) {
        return new ValidationRequest(
                mail.signer().orElseThrow(),
                mail.helpers(),
                mail.lists(),
                CertificatePurpose.SIGN,
                RevocationMode.HARD,
                NOW,
                Optional.empty());
    }

    /**
     * Returns what the JDK's validator finds wrong with a path, using the same lists, or an empty text if it finds
     * nothing.
     */
    String complaintOfJdk(List<MailCertificate> path) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor().x509(), null)));
        parameters.setDate(Date.from(NOW));
        parameters.setPolicyQualifiersRejected(false);
        parameters.addCertStore(storeOfJdk(factory));
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(Set.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
        parameters.addCertPathChecker(checker);
        try {
            validator.validate(
                    factory.generateCertPath(path.subList(0, path.size() - 1).stream()
                            .map(MailCertificate::x509)
                            .toList()),
                    parameters);
            return "";
        } catch (CertPathValidatorException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private CertStore storeOfJdk(CertificateFactory factory) throws Exception {
        if (storeOfJdk != null) {
            return storeOfJdk;
        }
        List<Object> everything = new ArrayList<>();
        for (MailCertificate each : certificates.values()) {
            everything.add(each.x509());
        }
        for (Path file : list(folder.resolve("crls"))) {
            everything.add(factory.generateCRL(new ByteArrayInputStream(Files.readAllBytes(file))));
        }
        CertStore made = CertStore.getInstance("Collection", new CollectionCertStoreParameters(everything));
        storeOfJdk = made;
        return made;
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
