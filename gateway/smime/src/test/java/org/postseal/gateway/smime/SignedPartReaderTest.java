package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.protection.SigningSettings;

/** Each signed part below the root is named by its number and judged by itself. */
class SignedPartReaderTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
    private static final CertificateStore STORE = new TrustingStore(Pki.CA.root());
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nA text\r\n";
    private static final String FOOTER = "Content-Type: text/plain\r\n\r\n____\r\nThe list\r\n";
    private static final String SIGNED = entity(TEXT, Mail.CLEAR);
    private static final String OPAQUE = entity(TEXT, Mail.OPAQUE);
    private static final String BAG = OPAQUE.substring(0, OPAQUE.indexOf("\r\n\r\n") + 4) + "MAsGCSqGSIb3DQEHAg==\r\n";

    @TempDir
    private Path directory;

    static Stream<Arguments> structures() {
        String forwarded = attached(Mail.OUTER + SIGNED);
        return Stream.of(
                Arguments.of("no signature", mixed(TEXT, FOOTER), ""),
                Arguments.of("the footer of a list", mixed(SIGNED, FOOTER), "1.2 Valid"),
                Arguments.of("opaque", mixed(TEXT, OPAQUE), "2 Valid"),
                Arguments.of("several", mixed(SIGNED, OPAQUE, SIGNED), "1.2 Valid, 2 Valid, 3.2 Valid"),
                Arguments.of("an alternative", mixed(multipart("alternative", TEXT, SIGNED), FOOTER), "1.2.2 Valid"),
                Arguments.of("signed in signed", mixed(entity(SIGNED, Mail.CLEAR), FOOTER), "1.2 Valid, 1.1.2 Valid"),
                Arguments.of(
                        "signed under signed",
                        mixed(entity(mixed(SIGNED, FOOTER), Mail.CLEAR), FOOTER),
                        "1.2 Valid, 1.1.1.2 Valid"),
                Arguments.of("below a layer", entity(mixed(SIGNED, FOOTER), Mail.CLEAR), "1.1.2 Valid"),
                Arguments.of("the root alone", SIGNED, ""),
                Arguments.of("within an opaque signature", entity(mixed(SIGNED, FOOTER), Mail.OPAQUE), ""),
                Arguments.of("an attached message", mixed(TEXT, forwarded), "2.2 Valid"),
                Arguments.of("one with an opaque signature", mixed(TEXT, attached(Mail.OUTER + OPAQUE)), "2.1 Valid"),
                Arguments.of(
                        "one with a footer", mixed(TEXT, attached(Mail.OUTER + mixed(SIGNED, FOOTER))), "2.1.2 Valid"),
                Arguments.of("a message within one", mixed(TEXT, attached(Mail.OUTER + forwarded)), "2.1.2 Valid"),
                Arguments.of("a message at the root", forwarded, "1.2 Valid"),
                Arguments.of("altered", mixed(SIGNED.replace("A text", "A test"), FOOTER), "1.2 CONTENT_ALTERED"),
                Arguments.of(
                        "a signature that is none",
                        mixed(multipart("signed; protocol=\"application/pkcs7-signature\"", TEXT, TEXT), FOOTER),
                        "1.2 MALFORMED"),
                Arguments.of(
                        "OpenPGP", mixed(multipart("signed; protocol=\"application/pgp-signature\"", TEXT, TEXT)), ""),
                Arguments.of("a bag of certificates", mixed(TEXT, BAG), ""),
                Arguments.of(
                        "encrypted", mixed(TEXT, encrypted(SIGNED), entity(encrypted(TEXT), Mail.CLEAR)), "3.2 Valid"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("structures")
    void eachSignedPartHasItsNumberAndItsVerdict(String name, String entity, String expected) throws Exception {
        assertThat(read(Mail.OUTER + entity, STORE)).as(name).isEqualTo(expected);
    }

    static Stream<Arguments> ambiguous() {
        String plain = mixed(SIGNED, FOOTER);
        String digest = multipart("digest", "\r\n" + Mail.OUTER + SIGNED);
        return Stream.of(
                Arguments.of("boundary", plain.replace("boundary=\"b_", "boundary=\"\\b_")),
                Arguments.of("comment", plain.replace("multipart/mixed;", "multipart/mixed (a) ;")),
                Arguments.of("type", plain.replaceFirst("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n")),
                Arguments.of("line", "No field\r\n" + plain),
                Arguments.of("preamble", plain.replaceFirst("\r\n\r\n--b_", "\r\n\r\n--a\r\n\r\n--b_")),
                Arguments.of("epilogue", plain + "\r\n--a\r\n"),
                Arguments.of("no end", plain.replaceFirst("--\r\n$", "")),
                Arguments.of("blanks", plain.replace("\r\nContent-Type: text/plain\r\n\r\n____", " \r\n\r\n____")),
                Arguments.of("open neighbour", mixed(mixed(TEXT).replaceFirst("--\r\n$", ""), SIGNED)),
                Arguments.of("no type", digest),
                Arguments.of("the part", plain.replace("micalg=", "(a)micalg=")),
                Arguments.of("author", "From: <a@example.com>\r\n" + plain));
    }

    /** Some program finds other parts here, or shows another author. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void nothingIsClaimedOfAPartThatNotEveryProgramFinds(String name, String entity) throws Exception {
        assertThat(read(Mail.OUTER + entity, STORE))
                .as(name)
                .doesNotContain("Valid")
                .isNotEmpty();
    }

    @Test
    void aPartIsJudgedByTheMessageAroundIt() throws Exception {
        String bob = Mail.OUTER.replace("alice@example.com", "bob@example.net");
        String late = "Date: Tue, 24 Nov 2026 18:00:00 +0000\r\n";

        assertThat(read(bob + mixed(SIGNED, FOOTER), STORE)).isEqualTo("1.2 ADDRESS_MISMATCH");
        assertThat(read(bob + mixed(TEXT, attached(Mail.OUTER + SIGNED)), STORE))
                .isEqualTo("2.2 Valid");
        assertThat(read(Mail.OUTER + mixed(TEXT, attached(bob + SIGNED)), STORE))
                .isEqualTo("2.2 ADDRESS_MISMATCH");
        assertThat(read(Mail.OUTER + late + mixed(SIGNED, FOOTER), STORE)).isEqualTo("1.2 SIGNING_TIME_DIFFERS");
        assertThat(read(Mail.OUTER + late + mixed(TEXT, attached(Mail.OUTER + SIGNED)), STORE))
                .isEqualTo("2.2 Valid");
        assertThat(read(Mail.OUTER + mixed(SIGNED, FOOTER), new TrustingStore()))
                .isEqualTo("1.2 CERTIFICATE_UNTRUSTED");
    }

    @Test
    void ofAThousandEightAreVerifiedAndTheOthersCounted() throws Exception {
        List<MailCertificate> asked = new ArrayList<>();
        String[] parts = Stream.generate(() -> OPAQUE).limit(1_000).toArray(String[]::new);

        assertThat(read(Mail.OUTER + mixed(parts), asked(asked::add)))
                .isEqualTo("1 Valid, 2 Valid, 3 Valid, 4 Valid, 5 Valid, 6 Valid, 7 Valid, 8 Valid, 992 more");
        assertThat(asked).hasSize(SignedPartReader.MOST);
    }

    @Test
    void aStoreThatIsAwayPutsNothingOff() throws Exception {
        CertificateStore away = asked(_ -> {
            throw new StoreUnavailableException("away");
        });

        assertThat(read(Mail.OUTER + mixed(SIGNED, FOOTER, OPAQUE), away)).isEqualTo("2 more");
    }

    @Test
    void nothingIsLearnedFromThem() throws Exception {
        List<VerifiedSigner> learned = new ArrayList<>();
        RawMessage message = Mail.of(Mail.OUTER + mixed(SIGNED, FOOTER));
        RawMessage root = Mail.of(Mail.OUTER + SIGNED);

        read(message, new SignatureVerifier(learned::add), STORE);

        assertThat(learned).isEmpty();
        new SignatureVerifier(learned::add).verify(Mail.scan(root), Optional.of(Pki.ALICE), STORE, Pki.NOW);
        assertThat(learned).hasSize(1);
    }

    /** The message is in a file that can no longer be read. */
    @Test
    void noOctetIsReadWhereNoPartIsLabelledAsSigned() throws Exception {
        String plain = Mail.OUTER + mixed(TEXT, multipart("alternative", TEXT, TEXT), attached(Mail.OUTER + TEXT));

        assertThat(describe(new SignedPartReader(new SignatureVerifier(), terms(STORE, lost(plain)))
                        .read(layers(lost(plain)), lost(plain).header())))
                .isEmpty();
        MimeEntity labelled = lost(Mail.OUTER + mixed(TEXT, OPAQUE));
        Layers layers = layers(labelled);
        assertThat(catchThrowable(() -> new SignedPartReader(new SignatureVerifier(), terms(STORE, labelled))
                        .read(layers, labelled.header())))
                .hasCauseInstanceOf(ClosedChannelException.class);
    }

    private MimeEntity lost(String message) throws Exception {
        try (Spool.Scope scope = new Spool.Factory(directory, 0, new OctetGate(Long.MAX_VALUE)).open()) {
            Spool spool = scope.newSpool();
            spool.write((message + "\r\n".repeat(5_000)).getBytes(StandardCharsets.ISO_8859_1));
            return Mail.scan(spool.finish());
        }
    }

    private static String read(String message, CertificateStore store) throws Exception {
        return read(Mail.of(message), new SignatureVerifier(), store);
    }

    private static String read(RawMessage message, SignatureVerifier verifier, CertificateStore store)
            throws Exception {
        MimeEntity root = Mail.scan(message);
        return describe(new SignedPartReader(verifier, terms(store, root)).read(layers(root), root.header()));
    }

    private static Layers layers(MimeEntity root) throws Exception {
        return new LayerReader(LayerReader.MOST, Mail.scope()).read(root, "");
    }

    private static VerificationTerms terms(CertificateStore store, MimeEntity root) {
        return new VerificationTerms(Mail.from(root), store, Pki.NOW, Believed.NOTHING, false);
    }

    private static String describe(SignedParts parts) {
        Stream<String> more = parts.more() == 0 ? Stream.of() : Stream.of(parts.more() + " more");
        return Stream.concat(
                        parts.verified().stream()
                                .map(part -> part.section() + " "
                                        + Mail.describe(part.verification().verdict())),
                        more)
                .collect(Collectors.joining(", "));
    }

    private interface Asked {
        void about(MailCertificate certificate);
    }

    private static CertificateStore asked(Asked asked) {
        return new AskedStore(STORE, asked);
    }

    private record AskedStore(CertificateStore store, Asked asked) implements ForwardingCertificateStore {
        @Override
        public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
            asked.about(leaf);
            return new PathVerdict(new CertificateStatus.Usable(), List.of(leaf), time);
        }
    }

    private static String entity(String content, SigningSettings settings) {
        try {
            return Mail.text(
                    Mail.signed(Mail.of(Mail.OUTER + content), ALICE, settings).entity());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String encrypted(String content) {
        try {
            String message = Mail.text(Mail.encrypt(Mail.of(Mail.OUTER + content), Mail.GCM, ALICE.certificate()));
            return message.substring(message.indexOf("Content-Type:"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String mixed(String... parts) {
        return multipart("mixed", parts);
    }

    private static String attached(String message) {
        return "Content-Type: message/rfc822\r\n\r\n" + message;
    }

    private static String multipart(String subtype, String... parts) {
        String boundary = "b_" + Integer.toHexString(List.of(parts).hashCode());
        return "Content-Type: multipart/" + subtype + "; boundary=\"" + boundary + "\"\r\n\r\n"
                + Stream.of(parts)
                        .map(part -> "--" + boundary + "\r\n" + part + "\r\n")
                        .collect(Collectors.joining())
                + "--" + boundary + "--\r\n";
    }
}
