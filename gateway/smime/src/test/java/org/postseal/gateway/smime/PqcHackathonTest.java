package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.Draft;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.mail.RawMessage;

/**
 * Verifies and opens the objects that three makers left at the IETF's hackathon on post-quantum certificates. The table
 * in docs/interop.md says what becomes of them, by maker and algorithm, and this test holds it. A signer's certificate
 * itself is the trust anchor. Composites are allowed.
 */
@Tag("thorough")
@ResourceLock("drafts")
class PqcHackathonTest {
    enum Maker {
        BOUNCY_CASTLE("Bouncy Castle", "bc"),
        CRYPTONEXT("CryptoNext", "cryptonext"),
        OPENSSL("OpenSSL 3.5", "ossl35");

        private final String word;
        private final String archive;

        Maker(String word, String archive) {
            this.word = word;
            this.archive = archive;
        }

        /** Returns the files by name, without their folder. */
        Map<String, byte[]> files() throws IOException {
            Path path = Corpora.directory().resolve("pqc-hackathon/" + archive + ".zip");
            Map<String, byte[]> files = new TreeMap<>();
            try (ZipFile zip = new ZipFile(path.toFile())) {
                for (ZipEntry entry :
                        zip.stream().filter(each -> !each.isDirectory()).toList()) {
                    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                    files.put(name, zip.getInputStream(entry).readAllBytes());
                }
            }
            return files;
        }
    }

    @BeforeAll
    static void allowComposites() {
        CryptoProviders.install();
        Draft.allow(Set.of(Draft.COMPOSITE));
    }

    @AfterAll
    static void allowNone() {
        Draft.allow(Set.of());
    }

    @ParameterizedTest
    @EnumSource
    void whatBecomesOfItIsThatOfThePage(Maker maker) throws Exception {
        Map<String, byte[]> files = maker.files();
        Map<String, Integer> rows = new TreeMap<>();
        for (String name : files.keySet()) {
            if (name.contains("_signed_attrs")) {
                rows.merge(algorithm(name) + " | " + verified(name, files), 1, Integer::sum);
            } else if (name.contains("_kemri")) {
                rows.merge(algorithm(name) + " | " + opened(name, files), 1, Integer::sum);
            }
        }
        List<String> found = rows.entrySet().stream()
                .map(row -> "| " + maker.word + " | " + row.getKey() + " | " + row.getValue() + " |")
                .toList();
        List<String> page = Files.readAllLines(Path.of("../../docs/interop.md")).stream()
                .filter(line -> line.startsWith("| " + maker.word + " | "))
                .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(page);
    }

    @Test
    void withoutTheSettingCompositesAreRefusedByName() throws Exception {
        Map<String, byte[]> files = Maker.BOUNCY_CASTLE.files();
        String signed = "MLDSA65-Ed25519-SHA512-1.3.6.1.5.5.7.6.48_signed_attrs.der";
        String stem = "MLKEM768-X25519-SHA3-256-1.3.6.1.5.5.7.6.58";
        KeyHandle key =
                Samples.key(octets(files, stem + "_priv.der"), MailCertificate.of(octets(files, stem + "_ee.der")));
        RawMessage sealed = Samples.labelled(octets(files, stem + "_kemri_auth_id-alg-hkdf-with-sha256.der"));
        assertThat(Mail.describe(Mail.open(sealed, key))).startsWith("AES");
        allowNone();
        try {
            assertThat(verified(signed, files)).isEqualTo("`ALGORITHM_UNKNOWN`");
            assertThatThrownBy(() -> MailCertificate.of(octets(files, stem + "_ee.der")))
                    .isInstanceOf(CertificateException.class)
                    .hasMessage("MLKEM768-X25519-SHA3-256: it is a composite by a draft,"
                            + " which crypto.drafts: [composite] allows to read");
            assertThat(Mail.describe(Mail.open(sealed, key))).isEqualTo("NO_KEY");
        } finally {
            allowComposites();
        }
    }

    /** A wrong padding of RSA must look like any other failure, although the sender knows the ML-KEM half. */
    @Test
    void changedCapsulesAreNotOpened() throws Exception {
        Map<String, byte[]> files = Maker.BOUNCY_CASTLE.files();
        for (String stem : List.of(
                "MLKEM768-RSA2048-SHA3-256-1.3.6.1.5.5.7.6.55",
                "MLKEM768-X25519-SHA3-256-1.3.6.1.5.5.7.6.58",
                "MLKEM1024-ECDH-P384-SHA3-256-1.3.6.1.5.5.7.6.63")) {
            KeyHandle key =
                    Samples.key(octets(files, stem + "_priv.der"), MailCertificate.of(octets(files, stem + "_ee.der")));
            byte[] sealed = octets(files, stem + "_kemri_auth_id-alg-hkdf-with-sha256.der");
            byte[] capsule = KEMRecipientInfo.getInstance(OtherRecipientInfo.getInstance(RecipientInfo.getInstance(
                                            AuthEnvelopedData.getInstance(ContentInfo.getInstance(sealed)
                                                            .getContent())
                                                    .getRecipientInfos()
                                                    .getObjectAt(0))
                                    .getInfo())
                            .getValue())
                    .getKemct()
                    .getOctets();
            int start = indexOf(sealed, capsule);
            for (int at : new int[] {start, start + capsule.length - 1}) {
                byte[] changed = sealed.clone();
                changed[at] ^= 1;
                assertThat(Mail.describe(Mail.open(Samples.labelled(changed), key)))
                        .as("%s, octet %d", stem, at)
                        .isEqualTo("NOT_DECRYPTED");
            }
        }
    }

    private static int indexOf(byte[] octets, byte[] wanted) {
        return text(octets).indexOf(text(wanted));
    }

    private static String verified(String name, Map<String, byte[]> files) throws Exception {
        byte[] object = octets(files, name);
        RawMessage mail = Samples.labelled(object);
        X509CertificateHolder signer = signer(object);
        TrustingStore store = anchored(signer);
        String verdict = Mail.describe(Mail.verify(
                mail, Pki.ALICE, store, signer.getNotBefore().toInstant().plusSeconds(1)));
        if (!verdict.equals("ADDRESS_MISMATCH")) {
            return "`" + verdict + "`";
        }
        // These certificates hold no address, so nothing but that stands against the signature.
        assertThat(text(Samples.signedContent(mail))).as(name).isIn(texts(files));
        return "verified";
    }

    private static X509CertificateHolder signer(byte[] object) throws CMSException {
        CMSSignedData data = new CMSSignedData(object);
        return data.getCertificates().getMatches(null).stream()
                .filter(data.getSignerInfos().getSigners().iterator().next().getSID()::match)
                .findFirst()
                .orElseThrow();
    }

    private static TrustingStore anchored(X509CertificateHolder signer) throws IOException {
        try {
            return new TrustingStore(MailCertificate.of(signer.getEncoded()));
        } catch (CertificateException unknownKey) {
            return new TrustingStore();
        }
    }

    private static String opened(String name, Map<String, byte[]> files) throws Exception {
        RawMessage mail = Samples.labelled(octets(files, name));
        String stem = name.substring(0, name.indexOf("_kemri"));
        KeyHandle key;
        try {
            MailCertificate certificate = MailCertificate.of(octets(files, stem + "_ee.der"));
            String file = files.containsKey(stem + "_priv.der") ? "_priv.der" : "_expandedkey_priv.der";
            key = Samples.key(octets(files, stem + file), certificate);
        } catch (CertificateException | KeyFileException unknownKey) {
            return "key not read";
        }
        String result = Mail.describe(Mail.open(mail, key));
        if (!result.startsWith("AES") && !result.equals("NOT_MIME")) {
            return "`" + result + "`";
        }
        assertThat(text(Samples.plaintext(mail, key))).as(name).isIn(texts(files));
        return result.equals("NOT_MIME") ? "decrypted, `NOT_MIME`" : "opened";
    }

    /** CryptoNext put a header section before its text, and the others did not. */
    private static List<String> texts(Map<String, byte[]> files) {
        String text = text(octets(files, "expected_plaintext.txt"));
        return List.of(text, "Content-Type: text/plain\r\n\r\n" + text);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(Map<String, byte[]> files, String name) {
        return java.util.Objects.requireNonNull(files.get(name), name);
    }

    // A file is named by its maker's word for the algorithm, and after that by the object identifier.
    private static String algorithm(String name) {
        String word = name.replaceAll("-\\d+(\\.\\d+)+_.*", "").toLowerCase(Locale.ROOT);
        boolean isHashed = word.startsWith("hash-") || word.contains("-with-");
        if (word.contains("mldsa") || word.contains("mlkem")) {
            return word.contains("mldsa") ? "composite ML-DSA" : "composite ML-KEM";
        }
        if (word.contains("ml-kem")) {
            return name.contains("sha512") ? "ML-KEM, HKDF-SHA-512" : "ML-KEM, HKDF-SHA-256";
        }
        return FAMILIES.entrySet().stream()
                .filter(family -> word.contains(family.getKey()))
                .map(family -> (isHashed ? "Hash" : "") + family.getValue())
                .collect(Collectors.joining());
    }

    private static final Map<String, String> FAMILIES = Map.of(
            "ml-dsa", "ML-DSA",
            "slh-dsa", "SLH-DSA",
            "falcon", "Falcon",
            "frodokem", "FrodoKEM",
            "ntru", "NTRU");
}
