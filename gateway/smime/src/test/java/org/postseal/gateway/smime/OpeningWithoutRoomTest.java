package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/**
 * If our own gate or disk is full, a message is deferred. It is not taken for malformed, and a ciphertext that cannot
 * be decrypted is deferred like any other.
 */
class OpeningWithoutRoomTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final int LIMIT = 1_000_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 200, 4000, 4096, 5000, 70_000})
    void nothingIsOpenedWhileTheGateIsFull(int size) throws Exception {
        for (var settings : List.of(Mail.GCM, Mail.CBC)) {
            MimeEntity sealed = Mail.scan(Mail.encrypt(Mail.message(Mail.body(size)), settings, BOB.certificate()));

            assertPutOff(0, scope -> open(sealed, scope));
        }
    }

    /** This also holds for a wrong padding or tag. Otherwise the reply would tell its sender that it is wrong. */
    @ParameterizedTest
    @ValueSource(ints = {1, 200, 4000, 4096, 5000, 70_000})
    void whatCannotBeDecryptedIsPutOffAlike(int size) throws Exception {
        for (var settings : List.of(Mail.GCM, Mail.CBC)) {
            RawMessage sealed = Mail.encrypt(Mail.message(Mail.body(size)), settings, BOB.certificate());
            byte[] object = CmsRoot.content(Mail.scan(sealed)).readAllBytes();
            // This changes the tag; or the last block but one, and with it the length of the padding, which is then
            // more than a block.
            object[object.length - (settings.equals(Mail.CBC) ? 17 : 1)] ^= (byte) 0x80;
            MimeEntity altered = Mail.scan(Samples.labelled(object));

            assertThat(open(altered, Mail.scope())).isEqualTo(new OpenResult.NotOpened(OpenResult.Cause.NOT_DECRYPTED));
            assertPutOff(0, scope -> open(altered, scope));
        }
    }

    @ParameterizedTest
    @CsvSource({"'Content-Type: text/plain\n\n'", "'Content-Type: text/plain\nContent-Transfer-Encoding: binary\n\n'"})
    void whatIsMadeFitForSmtpNeedsRoomOfItsOwn(String header) throws Exception {
        String plain = header + "line\n".repeat(300);
        MimeEntity sealed = Mail.scan(Samples.labelled(peer(plain)));

        assertThat(open(sealed, Mail.scope())).isInstanceOf(OpenResult.Opened.class);
        assertPutOff(plain.length() + 100, scope -> open(sealed, scope));
    }

    @Test
    void aDiskThatFailsPutsOff() throws Exception {
        Spool.Factory broken = new Spool.Factory(directory.resolve("missing"), 0, new OctetGate(Long.MAX_VALUE));
        String header = "Content-Type: text/plain\n\n";
        // 4,096 octets stay in memory. The first text is too long for that, and the second when its line ends become
        // CRLF.
        for (String plain : List.of(header + "x".repeat(5000), header + "line\n".repeat(800))) {
            MimeEntity sealed = Mail.scan(Samples.labelled(peer(plain)));
            try (Spool.Scope scope = broken.open()) {
                assertThatThrownBy(() -> open(sealed, scope)).isInstanceOf(NoSuchFileException.class);
            }
        }
    }

    @Test
    void neitherDoesWhatIsTakenOutOfOtherLayersPassForMalformed() throws Exception {
        KeyHandle alice = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
        RawMessage signed = Mail.sign(Mail.message("text\r\n"), alice, Mail.OPAQUE);
        MimeEntity opaque = Mail.scan(signed);
        MimeEntity twice = Mail.scan(Mail.sign(signed, alice, Mail.OPAQUE));

        assertPutOff(0, scope -> new SignatureStripper().strip(opaque, scope));
        assertThat(new LayerReader(LayerReader.MOST, Mail.scope())
                        .read(twice, "")
                        .all())
                .hasSize(2);
        assertPutOff(0, scope -> new LayerReader(LayerReader.MOST, scope).read(twice, ""));
    }

    /** The message is in a file that can no longer be read, whichever step reads it. */
    @Test
    void aMessageThatCannotBeReadIsNotMalformed() throws Exception {
        RawMessage sealed = Mail.encrypt(Mail.message("x\r\n"), Mail.GCM, BOB.certificate());
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), Pki.key(Pki.ALICE, KeyAlgorithm.P256), Mail.OPAQUE);

        assertUnread(sealed, lost -> open(lost, Mail.scope()));
        assertUnread(
                sealed,
                lost -> SenderEncryption.of(
                        lost,
                        new Layers(
                                List.of(new Layer(Layer.Kind.ENCRYPTED, lost, "1")),
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.empty())));
        assertUnread(signed, lost -> new SignatureStripper().strip(lost, Mail.scope()));
        assertUnread(signed, lost -> new LayerReader(LayerReader.MOST, Mail.scope()).read(lost, ""));
        assertUnread(signed, PayloadHeader::opaque);
        assertUnread(
                signed,
                lost -> new SignatureVerifier()
                        .verify(lost, Optional.of(Pki.ALICE), new TrustingStore(Pki.CA.root()), Pki.NOW));
    }

    private interface Step<T> {
        Object with(T given) throws IOException;
    }

    /**
     * Checks that a step is deferred if there is room for {@code room} octets, and another message is over the limit.
     */
    private void assertPutOff(int room, Step<Spool.Scope> step) throws IOException {
        OctetGate gate = new OctetGate(LIMIT);
        try (OctetGate.Hold ours = gate.enter(0).orElseThrow();
                OctetGate.Hold others = gate.enter(0).orElseThrow();
                OctetGate.Hold beyond = gate.enter(0).orElseThrow();
                Spool.Scope scope = new Spool.Factory(directory, 1 << 20, gate).open()) {
            others.grow(LIMIT - room);
            beyond.grow(room + 1);
            scope.countIn(ours);
            assertThatThrownBy(() -> step.with(scope)).isInstanceOf(OctetGate.FullException.class);
        }
        assertThat(gate.held()).isZero();
    }

    private void assertUnread(RawMessage message, Step<MimeEntity> step) throws IOException {
        MimeEntity lost;
        try (Spool.Scope scope = new Spool.Factory(directory, 0, new OctetGate(Long.MAX_VALUE)).open()) {
            Spool spool = scope.newSpool();
            // These octets follow the object, so that there is a file.
            message.writeTo(spool);
            spool.write(octets("\r\n".repeat(5000)));
            lost = Mail.scan(spool.finish());
        }
        ThrowingCallable read = () -> step.with(lost);
        assertThatThrownBy(read)
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isInstanceOf(ClosedChannelException.class),
                        thrown -> assertThat(thrown).hasCauseInstanceOf(ClosedChannelException.class));
    }

    private static OpenResult open(MimeEntity root, Spool.Scope scope) throws IOException {
        return new CmsOpener(CmsLimits.DEFAULT).open(root, List.of(BOB.keyHandle()), LegacyReading.NONE, scope);
    }

    /** Encrypts as another program does, which leaves line ends as they are. */
    private static byte[] peer(String plain) throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(BOB.certificate().x509()).setProvider(PEER));
        return generator
                .generate(
                        new CMSProcessableByteArray(octets(plain)),
                        new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC)
                                .setProvider(PEER)
                                .build())
                .getEncoded();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
