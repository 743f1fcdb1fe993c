package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/** Makes a message with one side, reads it with the other, and compares octet for octet. */
final class Trials {
    /**
     * The entity that goes in and must come out. It is 7-bit already: the signer would make it so, and would then sign
     * other octets.
     */
    static final byte[] ENTITY = SmimeMail.entity(
                    "Guten Tag,\r\n.\r\n..\r\n\r\n\ttabs\tand = signs =20\r\n" + "x".repeat(900) + "\r\n\r\nend\r\n")
            .getBytes(ISO_8859_1);

    private final People people;
    private final Postseal postseal;

    Trials(People people) {
        this.people = people;
        this.postseal = new Postseal(people);
    }

    Trial run(Peer peer, Line line, Column column) {
        return switch (line) {
            case SignatureLine signature ->
                column.isToPeer() ? verifiedThere(peer, signature, column) : verifiedHere(peer, signature, column);
            case EncryptionLine encryption ->
                column.isToPeer() ? decryptedThere(peer, encryption) : decryptedHere(peer, encryption);
            case StructureLine structure -> column.isToPeer() ? readThere(peer, structure) : readHere(peer, structure);
        };
    }

    private Trial verifiedThere(Peer peer, SignatureLine line, Column column) {
        Identity signer = people.identity(line.key());
        SmimeMail message = postseal.sign(message(signer, ENTITY), line.key(), line.settings(column.isClear()));
        return isFound(
                Found.signature(message), line.found(), () -> Trial.of(peer.verify(message, signer), Trials::isEntity));
    }

    private Trial verifiedHere(Peer peer, SignatureLine line, Column column) {
        Identity signer = people.identity(line.key());
        return Trial.of(peer.sign(ENTITY, line, column.isClear()), made -> {
            SmimeMail message = message(signer, made);
            return isMade(
                    Found.signature(message),
                    line.found(),
                    () -> Trial.ofOurs(postseal.verify(message, signer), Trials::endsInEntity));
        });
    }

    private Trial decryptedThere(Peer peer, EncryptionLine line) {
        Identity reader = people.identity(line.reader());
        SmimeMail message = postseal.encrypt(message(reader, ENTITY), line.recipients(), line.settings());
        return isFound(
                Found.encryption(message),
                line.found(),
                () -> Trial.of(peer.decrypt(message, reader), Trials::isEntity));
    }

    private Trial decryptedHere(Peer peer, EncryptionLine line) {
        Identity reader = people.identity(line.reader());
        return Trial.of(peer.encrypt(ENTITY, line), made -> {
            SmimeMail message = message(reader, made);
            return isMade(
                    Found.encryption(message),
                    line.found(),
                    () -> Trial.ofOurs(postseal.open(message, reader), Trials::endsInEntity));
        });
    }

    private Trial readThere(Peer peer, StructureLine line) {
        Identity user = people.identity(KEY);
        return switch (line) {
            case SIGNED_AND_ENCRYPTED ->
                openedThere(
                        peer, user, postseal.signAndEncrypt(message(user, ENTITY), KEY, SIGNING, ENCRYPTION, false));
            case TRIPLE_WRAPPED -> {
                SmimeMail message = postseal.signAndEncrypt(message(user, ENTITY), KEY, SIGNING, ENCRYPTION, true);
                yield Trial.of(
                        peer.verify(message, user), encrypted -> openedThere(peer, user, message(user, encrypted)));
            }
            case CERTIFICATES_ONLY ->
                Trial.of(peer.readCertificates(postseal.certificates(user), user), read -> isCertificate(read, user));
            case COMPRESSED -> throw new IllegalArgumentException("Postseal compresses nothing");
        };
    }

    private Trial openedThere(Peer peer, Identity user, SmimeMail encrypted) {
        return Trial.of(
                peer.decrypt(encrypted, user),
                signed -> Trial.of(peer.verify(message(user, signed), user), Trials::isEntity));
    }

    private Trial readHere(Peer peer, StructureLine line) {
        Identity user = people.identity(KEY);
        return switch (line) {
            case SIGNED_AND_ENCRYPTED -> signedAndEncrypted(peer, made -> openedHere(user, message(user, made)));
            case TRIPLE_WRAPPED ->
                signedAndEncrypted(
                        peer,
                        made -> Trial.of(
                                peer.sign(made, SignatureLine.RSA2048_SHA256, true),
                                wrapped -> Trial.ofOurs(
                                        postseal.verify(message(user, wrapped), user),
                                        inside -> openedHere(user, new SmimeMail(inside)))));
            case COMPRESSED ->
                Trial.of(
                        peer.compress(ENTITY),
                        compressed -> Trial.of(
                                peer.encrypt(compressed, EncryptionLine.AES128_CBC),
                                made -> Trial.ofOurs(
                                        postseal.open(message(user, made), user),
                                        opened -> endsIn(body(compressed), opened))));
            case CERTIFICATES_ONLY ->
                Trial.of(
                        peer.certificates(user),
                        made -> Trial.ofOurs(postseal.readCertificates(made, user), read -> isCertificate(read, user)));
        };
    }

    // Every peer can make AES-128-CBC.
    private Trial signedAndEncrypted(Peer peer, Function<byte[], Trial> then) {
        return Trial.of(
                peer.sign(ENTITY, SignatureLine.RSA2048_SHA256, true),
                signed -> Trial.of(peer.encrypt(signed, EncryptionLine.AES128_CBC), then));
    }

    private Trial openedHere(Identity user, SmimeMail encrypted) {
        return Trial.ofOurs(
                postseal.open(encrypted, user),
                signed -> Trial.ofOurs(postseal.verify(new SmimeMail(signed), user), Trials::endsInEntity));
    }

    private Trial isCertificate(byte[] read, Identity of) {
        return Trial.expect(Arrays.equals(read, postseal.der(of)), "another certificate was read");
    }

    private static Trial isFound(String found, String expected, Supplier<Trial> then) {
        return found.equals(expected) ? then.get() : new Trial.Wrong("made with " + found + ", not " + expected);
    }

    // Another result than the one that was asked for counts as a refusal.
    private static Trial isMade(String made, String expected, Supplier<Trial> then) {
        return made.equals(expected) ? then.get() : new Trial.PeerRefused("made with " + made + ", not " + expected);
    }

    private static Trial isEntity(byte[] content) {
        return Trial.expect(Arrays.equals(content, ENTITY), "other octets were read: " + text(content));
    }

    private static Trial endsInEntity(byte[] message) {
        return endsIn(ENTITY, message);
    }

    private static Trial endsIn(byte[] expected, byte[] message) {
        int start = message.length - expected.length;
        return Trial.expect(
                start > 0 && Arrays.equals(message, start, message.length, expected, 0, expected.length),
                "other octets were read: " + text(message));
    }

    /** Returns an entity from the end of its header section on. */
    private static byte[] body(byte[] entity) {
        return Arrays.copyOfRange(entity, text(entity).indexOf("\r\n\r\n"), entity.length);
    }

    /** Makes a message from and to that user. The entity begins with its Content- fields. */
    static SmimeMail message(Identity user, byte[] entity) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(("From: <" + user.address() + ">\r\nTo: <" + user.address() + ">\r\nSubject: Test\r\n"
                        + "Message-ID: <1@test>\r\n" + SmimeMail.dateField() + "MIME-Version: 1.0\r\n")
                .getBytes(ISO_8859_1));
        octets.writeBytes(entity);
        return new SmimeMail(octets.toByteArray());
    }

    private static String text(byte[] octets) {
        return new String(octets, ISO_8859_1);
    }

    private static final KeyAlgorithm KEY = KeyAlgorithm.RSA2048;
    private static final SigningSettings SIGNING = SignatureLine.RSA2048_SHA256.settings(true);
    private static final EncryptionSettings ENCRYPTION = EncryptionLine.AES256_CBC.settings();
}
