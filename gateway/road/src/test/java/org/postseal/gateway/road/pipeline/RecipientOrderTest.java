package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;

/** On the whole road, the outcome for a recipient does not depend on the recipients before. */
class RecipientOrderTest {
    private static final MailAddress LATER = MailAddress.of("later@wait.example");
    private static final MailAddress MAYBE = MailAddress.of("maybe@partner.example");
    private static final String[] RULES = {
        "{ id: wait, when: { recipientDomain: wait.example },"
                + " then: { encrypt: required, onMissingCertificate: defer } }",
        "{ id: dora, when: { recipient: dora@partner.example }, then: { sign: required, encrypt: required } }",
        "{ id: maybe, when: { recipient: maybe@partner.example }, then: { sign: required, encrypt: ifPossible } }",
        "{ id: adam, when: { recipient: adam@example.com }, then: redirect }",
        "{ id: out, when: { direction: outbound }, then: { encrypt: required } }"
    };
    private static final List<MailAddress> EVERYBODY =
            List.of(Parties.BOB, Parties.CARL, Parties.DORA, Parties.NOBODY, Parties.ANNA, Parties.ADAM, LATER, MAYBE);

    /**
     * The outcome for one recipient.
     *
     * @param form how the copy left; empty if none did
     * @param together the recipients of the same copy
     * @param readers the serial numbers of the certificates whose keys open it
     */
    private record Fate(Reply reply, Optional<String> form, Set<String> together, Set<?> readers) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                // In these cases all are visible, some are blind, or all are blind.
                "bob@partner.example, carl@partner.example, dora@partner.example, nobody@partner.example,"
                        + " anna@example.com, adam@example.com, later@wait.example, maybe@partner.example",
                "bob@partner.example, dora@partner.example, anna@example.com",
                "list@lists.example"
            })
    void changesNothing(String to) {
        Map<MailAddress, Fate> first = fates(EVERYBODY, to);
        assertThat(first.values().stream()
                        .map(fate -> fate.reply.code())
                        .distinct()
                        .sorted())
                .containsExactly(250, 451, 550);
        assertThat(first.values().stream().flatMap(fate -> fate.form.stream()).distinct())
                .hasSizeGreaterThan(2);
        Random random = new Random(11);
        List<MailAddress> order = new ArrayList<>(EVERYBODY);
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(order, random);
            assertThat(fates(order, to)).as(order::toString).isEqualTo(first);
        }
    }

    private static Map<MailAddress, Fate> fates(List<MailAddress> order, String to) {
        TestRoad road = new TestRoad(RULES);
        List<Reply> replies = road.send(Letter.submitted(LMTP, order.toArray(MailAddress[]::new)), TestRoad.toAll(to));
        Map<MailAddress, Fate> fates = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            MailAddress who = order.get(i);
            // A redirected copy names the quarantine.
            String name = who.equals(Parties.ADAM) ? Parties.QUARANTINE.toString() : who.toString();
            Optional<RecordingDelivery.Sent> copy = road.sent().stream()
                    .filter(sent -> sent.recipients().contains(name))
                    .findFirst();
            fates.put(
                    who,
                    new Fate(
                            replies.get(i),
                            copy.map(sent -> sent.unit().getClass().getSimpleName()),
                            copy.map(sent -> (Set<String>) new TreeSet<>(sent.recipients()))
                                    .orElse(Set.of()),
                            copy.filter(sent -> sent.unit() instanceof Sendable.Sealed)
                                    .<Set<?>>map(sent -> SealedCopy.readers(sent.octets()))
                                    .orElse(Set.of())));
        }
        return fates;
    }
}
