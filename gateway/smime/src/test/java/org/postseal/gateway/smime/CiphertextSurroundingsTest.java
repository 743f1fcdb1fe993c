package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.protection.SigningSettings;

/** Puts text into the two parts of a signature around a ciphertext, and into the signature's own attributes. */
class CiphertextSurroundingsTest {
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.RSA2048);
    private static final byte[] TEXT =
            "The secret plan is to sell everything on Monday at nine.".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Any: SECRET",
                "Content-Description: The plan is SECRET",
                "Content-Description: S/MIME signed message SECRET",
                "Content-ID: <SECRET@example.com>",
                "Content-Language: SECRET",
                "Content-Location: SECRET",
                "MIME-Version: 1.0 (SECRET)",
                "Content-Disposition: attachment; filename=\"The plan is SECRET.p7m\"",
                "Content-Disposition: attachment; filename=smime.p7m; note=SECRET",
                "Content-Disposition: SECRET",
                "Subject: SECRET"
            })
    void aFieldOfEitherPartIsDoubtful(String field) throws Exception {
        String outside = signed();
        for (int part : List.of(1, 2)) {
            assertThat(isSound(with(outside, part, field))).as("part %d", part).isFalse();
        }
        // Outside, everybody can read it whatever we do.
        assertThat(isSound(with(
                        field.startsWith("Subject") ? field + "\r\n" + without(outside) : outside,
                        1,
                        "Content-Disposition: inline")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"; note=SECRET", "; name=\"The plan is SECRET.p7m\"", "; smime-type=SECRET", "; x=\"SECRET\""})
    void aParameterOfEitherTypeIsDoubtful(String parameter) throws Exception {
        String mail = signed();
        for (int part : List.of(1, 2)) {
            int at = partAt(mail, part);
            String head = mail.substring(at, mail.indexOf("\r\n\r\n", at));
            String type = head.replaceFirst("(?s)^.*?(Content-Type: [a-z0-9/-]*).*$", "$1");
            String changed = mail.substring(0, at)
                    + mail.substring(at)
                            .replaceFirst(
                                    "Content-Type: [^;]*(;[ \r\n\t]*[a-z-]*=\"?[A-Za-z0-9.-]*\"?)*", type + parameter);
            assertThat(changed).contains("SECRET");
            assertThat(isSound(changed)).as("part %d", part).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, Content-Description: S/MIME Cryptographic Signature",
        "1, Content-Description: S/MIME Encrypted Message",
        "1, content-description: S/MIME cryptographic message",
        "1, Content-Disposition: attachment; filename=\"smime.p7m\"",
        "2, Content-Disposition: attachment; filename=smime.p7s",
        "1, MIME-Version: 1.0"
    })
    void whatMailProgramsWriteIsSound(int part, String field) throws Exception {
        assertThat(isSound(with(signed(), part, field))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.840.113549.1.9.3",
                "1.2.840.113549.1.9.4",
                "1.2.840.113549.1.9.5",
                "1.2.840.113549.1.9.15",
                "1.2.840.113549.1.9.16.2.11",
                "1.2.840.113549.1.9.16.2.12",
                "1.2.840.113549.1.9.16.2.47",
                "1.2.840.113549.1.9.52",
                "1.3.6.1.4.1.311.16.4"
            })
    void textInASignedAttributeIsDoubtful(String type) throws Exception {
        for (BerTree value : List.of(
                BerTree.of(0x04, TEXT),
                BerTree.of(0x0C, TEXT),
                BerTree.of(0x82, TEXT),
                BerTree.of(0x17, TEXT),
                nested(BerTree.of(0x04, TEXT)),
                nested(nested(BerTree.of(0x04, TEXT))))) {
            assertThat(doubt(signer -> {
                        BerTree attributes = attributes(signer);
                        BerTree oid =
                                BerTree.of(0x06, Der.encode(new org.bouncycastle.asn1.ASN1ObjectIdentifier(type)));
                        oid.content = java.util.Arrays.copyOfRange(oid.content, 2, oid.content.length);
                        attributes.children.removeIf(
                                each -> java.util.Arrays.equals(each.children.getFirst().content, oid.content));
                        BerTree values = new BerTree(0x31);
                        values.children.add(value);
                        BerTree attribute = nested(oid);
                        attribute.children.add(values);
                        attributes.children.add(attribute);
                    }))
                    .as("tag %x", value.tag)
                    .isTrue();
        }
    }

    @Test
    void textInTheRestOfASignerIsDoubtful() throws Exception {
        assertThat(doubt(signer -> {})).isFalse();
        assertThat(doubt(signer -> signer.children.set(1, BerTree.of(0x80, TEXT))))
                .isTrue();
        assertThat(doubt(signer -> signer.children.set(1, BerTree.of(0x80, java.util.Arrays.copyOf(TEXT, 20)))))
                .isTrue();
        assertThat(doubt(signer -> signer.children.get(0).content = TEXT)).isTrue();
        assertThat(doubt(signer ->
                        signer.children.get(2).children.getFirst().content = java.util.Arrays.copyOf(TEXT, 14)))
                .isTrue();
        // These are a time without digits, and a second value.
        assertThat(doubt(signer -> time(signer).children.getFirst().content = java.util.Arrays.copyOf(TEXT, 13)))
                .isTrue();
        assertThat(doubt(signer -> time(signer).children.add(BerTree.of(0x04, TEXT))))
                .isTrue();
    }

    private static BerTree time(BerTree signer) {
        return attributes(signer).children.stream()
                .map(attribute -> attribute.children.getLast())
                .filter(values -> values.children.getFirst().tag == 0x17)
                .findFirst()
                .orElseThrow();
    }

    private static BerTree attributes(BerTree signer) {
        return signer.children.stream()
                .filter(child -> child.tag == 0xA0)
                .findFirst()
                .orElseThrow();
    }

    private static BerTree nested(BerTree element) {
        BerTree sequence = new BerTree(0x30);
        sequence.children.add(element);
        return sequence;
    }

    /** Returns true if a changed SignerInfo is doubtful because of what surrounds the ciphertext. */
    private static boolean doubt(Consumer<BerTree> change) throws Exception {
        String mail = signed();
        String base64 = mail.substring(mail.indexOf("\r\n\r\n", partAt(mail, 2)) + 4, mail.lastIndexOf("\r\n--"))
                .strip();
        BerTree object = BerTree.read(Base64.getMimeDecoder().decode(base64));
        change.accept(object.at(1, 0).children.getLast().children.getFirst());
        SenderEncryption read =
                read(mail.replace(base64, Base64.getMimeEncoder().encodeToString(object.der())));
        return read instanceof SenderEncryption.Doubtful(EncryptionDoubt why, var _)
                && why == EncryptionDoubt.SURROUNDED;
    }

    /** If each field of a part were compared with each one outside, this would take ten seconds and more. */
    @Test
    void countlessFieldsCostNoMoreThanTheirOctets() throws Exception {
        String mail = signed();
        StringBuilder outside = new StringBuilder();
        for (int i = 0; i < 900; i++) {
            outside.append("X: ").append("a".repeat(900)).append(i).append("\r\n");
        }
        String same = ("X: " + "a".repeat(900) + "899\r\n").repeat(900);
        for (int part : List.of(2, 1)) {
            int at = partAt(mail, part);
            mail = mail.substring(0, at) + same + mail.substring(at);
        }
        RawMessage message = Mail.of(outside + mail);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();

        assertThat(CiphertextMutationTest.read(message)).isInstanceOf(SenderEncryption.Sound.class);
        assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(3_000_000_000L);
    }

    /** Returns where the header section of the first or second part begins. */
    private static int partAt(String mail, int part) throws Exception {
        String delimiter = "--"
                + Mail.scan(Mail.of(mail)).contentType().parameter("boundary").orElseThrow() + "\r\n";
        int first = mail.indexOf(delimiter) + delimiter.length();
        return part == 1 ? first : mail.indexOf(delimiter, first) + delimiter.length();
    }

    /** Puts a field in the place of that of the same name, or in front of the others. */
    private static String with(String mail, int part, String field) throws Exception {
        int at = partAt(mail, part);
        String name = field.substring(0, field.indexOf(':'));
        int end = mail.indexOf("\r\n\r\n", at) + 2;
        String head = mail.substring(at, end).replaceAll("(?im)^" + name + ":.*\r\n(?:[ \t].*\r\n)*", "");
        return mail.substring(0, at) + field + "\r\n" + head + mail.substring(end);
    }

    private static String without(String mail) {
        return mail.replaceFirst("(?m)^Subject:.*\r\n", "");
    }

    private static boolean isSound(String mail) throws Exception {
        return read(mail) instanceof SenderEncryption.Sound;
    }

    private static SenderEncryption read(String mail) throws Exception {
        return CiphertextMutationTest.read(Mail.of(mail));
    }

    private static String signed() throws Exception {
        SigningSettings signing =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, true);
        SignedMessage inner = Mail.signed(Mail.message(Mail.body(100)), ALICE, signing);
        Sendable.Sealed sealed = new CmsEncryptor()
                .encrypt(inner, CmsEncryptor.Audience.of(Mail.recipients(BOB.certificate())), Mail.CBC, Mail.scope());
        RawMessage signed = new CmsSigner()
                .sign(sealed, CmsSigner.Signer.of(ALICE), signing, Pki.NOW, Mail.scope())
                .message();
        return Mail.text(signed);
    }
}
