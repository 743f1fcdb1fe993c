package org.postseal.gateway.mail.held;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.held.HeldOpening.Why;

/** Tests what comes of a held copy, whatever was done to it in the mailbox. */
final class HeldSealTest {
    private static final String MESSAGE = "From: a@example.com\r\nSubject: x\r\n\r\nbody ä\r\n";
    private static final String ABOVE = "Return-Path: <a@example.com>\r\nReceived: from mx\r\n by imap; today\r\n";

    private final HeldSeal seal = new HeldSeal(HeldCopies.KEY);

    @Test
    void whatWasSealedIsOpened() throws IOException {
        for (HeldCopy copy : List.of(HeldCopies.full(), HeldCopies.bare())) {
            String field = field(copy, MESSAGE);
            HeldOpening opening = open(ABOVE + field + MESSAGE);

            assertThat(opening).isInstanceOf(HeldOpening.Opened.class);
            HeldOpening.Opened opened = (HeldOpening.Opened) opening;
            assertThat(opened.original().toByteArray()).isEqualTo(octets(MESSAGE));
            assertThat(new String(opened.sealed().toByteArray(), StandardCharsets.UTF_8))
                    .isEqualTo(field + MESSAGE);
            assertThat(opened.copy())
                    .usingRecursiveComparison()
                    .ignoringFieldsOfTypes(Intake.class)
                    .isEqualTo(copy);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                " folds into whatever stands above\r\n\r\nbody\r\n",
                "\t;\r\n ;\r\n",
                "X-Postseal-Held: foreign;\r\n\r\n",
                "no header at all\r\n"
            })
    void everyMessageComesBackOctetForOctet(String message) throws IOException {
        assertThat(open(field(HeldCopies.bare(), message) + message))
                .isInstanceOfSatisfying(
                        HeldOpening.Opened.class,
                        opened -> assertThat(octets(opened.original())).isEqualTo(octets(message)));
    }

    @Test
    void theFieldIsFoldedAndTellsNothing() throws IOException {
        String field = field(HeldCopies.full(), MESSAGE);

        assertThat(field).startsWith(HeldSeal.NAME + ": ").endsWith(";\r\n").doesNotContain("partner", "alice");
        assertThat(field.lines()).allMatch(line -> line.length() <= 78);
        assertThat(field.replace("\r\n ", "").lines()).hasSize(1);
        assertThat(field(HeldCopies.full(), MESSAGE)).isNotEqualTo(field);
    }

    @Test
    void aChangeAnywhereIsNoticed() throws IOException {
        String field = field(HeldCopies.full(), MESSAGE);
        byte[] copy = octets(field + MESSAGE);
        for (int i = field.indexOf(':') + 2; i < copy.length; i++) {
            byte[] changed = copy.clone();
            changed[i] ^= 1;
            assertThat(seal.open(RawMessage.of(changed), HeldCopies.NOW))
                    .as("octet %s", i)
                    .isInstanceOf(HeldOpening.Refused.class);
        }
        assertThat(refusal(field + MESSAGE + "\r\n")).isEqualTo(Why.ALTERED);
        assertThat(refusal(field + MESSAGE.substring(2))).isEqualTo(Why.ALTERED);
        assertThat(refusal(field.substring(0, 200) + "\r\n" + MESSAGE)).isEqualTo(Why.ALTERED);
        assertThat(refusal(HeldSeal.NAME + ": short;\r\n" + MESSAGE)).isEqualTo(Why.ALTERED);
        // What the gateway wrote can still be told to people.
        assertThat(seal.open(RawMessage.of(octets(field + "another\r\n")), HeldCopies.NOW))
                .isInstanceOfSatisfying(
                        HeldOpening.Refused.class,
                        refused -> assertThat(refused.copy().map(HeldCopy::id))
                                .contains(HeldCopies.full().id()));
    }

    @Test
    void aCopyOfAnotherGatewayIsNamedSo() throws IOException {
        byte[] whole = octets(field(HeldCopies.full(), MESSAGE) + MESSAGE);
        HeldSeal other =
                new HeldSeal(Secret.of("another secret of 32 octets, ok?".getBytes(StandardCharsets.US_ASCII)));

        assertThat(other.open(RawMessage.of(whole), HeldCopies.NOW))
                .isEqualTo(new HeldOpening.Refused(Why.OF_ANOTHER_GATEWAY, Optional.empty()));
    }

    @Test
    void aCopyExpires() throws IOException {
        RawMessage copy = RawMessage.of(octets(field(HeldCopies.full(), MESSAGE) + MESSAGE));
        Instant end = HeldCopies.full().expires();

        assertThat(seal.open(copy, end.minusMillis(1))).isInstanceOf(HeldOpening.Opened.class);
        assertThat(seal.open(copy, end))
                .isInstanceOfSatisfying(
                        HeldOpening.Refused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.EXPIRED));
        assertThat(seal.look(copy, end).why()).contains(Why.EXPIRED);
    }

    @Test
    void onlyAFieldOfTheHeaderCounts() throws IOException {
        String field = field(HeldCopies.full(), MESSAGE);

        assertThat(refusal("From: a@example.com\r\n\r\n" + field + MESSAGE)).isEqualTo(Why.NOT_HELD);
        assertThat(refusal("X-Other: \r\n " + field.replace("\r\n", "") + "\r\n" + MESSAGE))
                .isEqualTo(Why.NOT_HELD);
        assertThat(refusal("X: y\r\n".repeat(SealedField.MOST_LOOKED_AT / 6 + 1) + field + MESSAGE))
                .isEqualTo(Why.NOT_HELD);
        assertThat(refusal("")).isEqualTo(Why.NOT_HELD);
    }

    @Test
    void aLookNeedsTheFieldAlone() throws IOException {
        byte[] whole = octets(ABOVE + field(HeldCopies.full(), MESSAGE) + MESSAGE);
        HeldSeal.Look look =
                seal.look(RawMessage.of(Arrays.copyOf(whole, whole.length - octets(MESSAGE).length)), HeldCopies.NOW);

        assertThat(look.why()).isEmpty();
        assertThat(look.copy().map(HeldCopy::reason)).contains(HeldCopies.full().reason());
    }

    /** Postfix drops what is beyond its header_size_limit. */
    @Test
    void theFieldIsNeverLongerThanMailServersKeep() throws IOException {
        assertThat(seal.field(HeldCopies.to(1000), RawMessage.of(octets(MESSAGE))))
                .hasValueSatisfying(field -> assertThat(field.length).isLessThan(30_000));
        assertThat(seal.field(HeldCopies.to(50_000), RawMessage.of(octets(MESSAGE))))
                .isEmpty();
    }

    @Test
    void aTokenForAnotherPurposeIsNone() throws IOException {
        SealedField other = new SealedField(HeldSeal.NAME, HeldCopies.KEY, "held mail, but for something else");

        assertThat(refusal(new String(other.write(new byte[40]), StandardCharsets.US_ASCII) + MESSAGE))
                .isEqualTo(Why.OF_ANOTHER_GATEWAY);
    }

    private Why refusal(String message) throws IOException {
        return open(message) instanceof HeldOpening.Refused(Why why, var _) ? why : fail();
    }

    private static Why fail() {
        throw new AssertionError("opened");
    }

    private HeldOpening open(String message) throws IOException {
        return seal.open(RawMessage.of(octets(message)), HeldCopies.NOW);
    }

    private String field(HeldCopy copy, String message) throws IOException {
        return new String(seal.field(copy, RawMessage.of(octets(message))).orElseThrow(), StandardCharsets.US_ASCII);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] octets(RawMessage message) {
        try {
            return message.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
