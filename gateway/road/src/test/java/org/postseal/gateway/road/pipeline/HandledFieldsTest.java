package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;

/** Records say what came, what was done to it and what left. They never say that something was opened which was not. */
class HandledFieldsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // The columns are: mail | then | came | done | closed | left
                "clear | mailboxPolicy | clear | inspected | - | clear",
                "clear-signed | mailboxPolicy | clear_signed | verified | - | as_it_came",
                "clear-signed | { verify: never } | clear_signed | as_received | - | as_it_came",
                "clear-signed | { strip: true } | clear_signed | verified | - | clear",
                "opaque | mailboxPolicy | signed_data | verified | - | as_it_came",
                "AES256_GCM | mailboxPolicy | encrypted | opened | - | clear",
                "AES256_CBC | mailboxPolicy | encrypted | opened | - | clear",
                "signed inside | mailboxPolicy | encrypted | opened | - | signed",
                "signed inside | { strip: true } | encrypted | opened | - | clear",
                "TRIPLE_DES_CBC | mailboxPolicy | encrypted | kept_closed | cipher_not_allowed | as_it_came",
                "for another | mailboxPolicy | encrypted | kept_closed | no_key | as_it_came",
                "damaged | mailboxPolicy | encrypted | kept_closed | not_decrypted | attached",
                "AES256_GCM | { decrypt: never } | encrypted | decrypted_then_closed | not_asked | as_it_came",
                "for another | { decrypt: never } | encrypted | kept_closed | not_asked | as_it_came",
                "AES256_GCM | { encrypt: required } | encrypted | decrypted_then_closed "
                        + "| encryption_demanded| as_it_came",
                "AES256_CBC | { onUnauthenticated: leaveClosed } | encrypted "
                        + "| decrypted_then_closed | unauthenticated | attached",
                "AES256_CBC | redirect | encrypted | decrypted_then_closed | redirected | as_it_came",
                "clear | redirect | clear | as_received | - | as_it_came",
                "AES256_GCM | reject | encrypted | '' | - | -"
            })
    void saysWhatWasDone(String mail, String then, String came, String done, String closed, String left)
            throws Exception {
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: %s }".formatted(then));

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(mail(mail)));

        assertThat(road.audited(event -> event.protection().handled()))
                .containsExactly(new AuditEvent.Handled(
                        Optional.of(came), done, Optional.ofNullable(closed), Optional.ofNullable(left)));
        // The record has "opened" exactly if an opened copy was made, and "attached" if a closed one looks like it.
        boolean isOpened = road.sent().stream().anyMatch(sent -> sent.unit() instanceof Sendable.Opened);
        assertThat(done.equals("opened") || "attached".equals(left)).isEqualTo(isOpened);
    }

    @Test
    void whatCannotGoToThatNextHopStaysClosed() throws Exception {
        TestRoad road = new TestRoad(false, Parties.STORE);

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(mail("AES256_GCM")));

        assertThat(road.audited(event -> event.protection().handled().closed()))
                .containsExactly(Optional.of("next_hop_unsafe"));
    }

    @ParameterizedTest
    @CsvSource({
        "{ sign: required }, signed",
        "{ encrypt: required }, encrypted",
        "'{ sign: required, encrypt: required }', signed_and_encrypted",
        "mailboxPolicy, clear"
    })
    void saysWhatLeft(String then, String left) {
        TestRoad road = new TestRoad("{ id: out, when: always, then: " + then + " }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        assertThat(road.audited(event -> event.protection().handled()))
                .containsExactly(new AuditEvent.Handled(
                        Optional.of("clear"), "as_received", Optional.empty(), Optional.of(left)));
    }

    private static byte[] mail(String kind) throws Exception {
        String plain = SpoofForge.FROM_BOB + SpoofForge.ENTITY;
        return switch (kind) {
            case "clear" -> TestRoad.octets(plain);
            case "clear-signed" -> SealedCopy.sign(plain, Parties.BOB);
            case "opaque" -> SealedCopy.signOpaque(SpoofForge.FROM_BOB, SpoofForge.ENTITY, Parties.BOB);
            case "signed inside" ->
                SealedCopy.encrypt(
                        new String(SealedCopy.sign(plain, Parties.BOB), StandardCharsets.ISO_8859_1), Parties.ALICE);
            case "for another" -> SealedCopy.encrypt(plain, Parties.ANNA);
            case "damaged" -> {
                byte[] sealed = SealedCopy.encrypt(plain, Parties.ALICE);
                String text = new String(sealed, StandardCharsets.ISO_8859_1).stripTrailing();
                int at = text.length() - 12;
                yield TestRoad.octets(
                        text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1) + "\r\n");
            }
            default ->
                SealedCopy.encrypt(
                        new EncryptionSettings(Cipher.valueOf(kind), EncryptionSettings.RsaKeyTransport.PKCS1),
                        plain,
                        Parties.ALICE);
        };
    }
}
