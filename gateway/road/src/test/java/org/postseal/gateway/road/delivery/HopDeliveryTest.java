package org.postseal.gateway.road.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SendablesForTests;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;
import org.postseal.policy.outcome.Reason;

class HopDeliveryTest {
    /** Refuses recipients whose name begins with {@code bad}, and throws for {@code bug}. */
    private static final class FakeNextHop implements NextHop {
        private final List<String> asked = new ArrayList<>();

        @Override
        public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
            asked.add(names(envelope) + (allOrNothing ? " all" : " each"));
            return envelope.recipients().stream()
                    .map(recipient -> recipient.address().localPart())
                    .map(name -> {
                        if (name.startsWith("bug")) {
                            throw new IllegalStateException("bug");
                        }
                        return new Outcome(
                                name.startsWith("bad")
                                        ? Reply.of(550, "5.1.1", "who?")
                                        : Reply.of(250, "2.0.0", "queued"),
                                false);
                    })
                    .toList();
        }

        @Override
        public OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8) {
            return OpenedPassage.Open.ANY;
        }

        @Override
        public void close() {}
    }

    static Stream<Arguments> deliveries() {
        return Stream.of(
                Arguments.of("a|b c", false, "250 | 250 250", "a each, b c each"),
                Arguments.of("a|b c", true, "250 | 250 250", "a all, b c all"),
                Arguments.of("a bad|b|c", false, "250 550 | 250 | 250", "a bad each, b each, c each"),
                Arguments.of("a bad|b|c", true, "250 550 | NOT_SENT_WITH_OTHERS | NOT_SENT_WITH_OTHERS", "a bad all"),
                Arguments.of("bad|b", true, "550 | NOT_SENT_WITH_OTHERS", "bad all"),
                Arguments.of("a|bad|c", true, "250 | 550 | NOT_SENT_WITH_OTHERS", "a all, bad all"),
                Arguments.of("a|bug|c", false, "250 | INTERNAL_ERROR in doubt | 250", "a each, bug each, c each"),
                Arguments.of(
                        "a|bug|c", true, "250 | INTERNAL_ERROR in doubt | NOT_SENT_WITH_OTHERS", "a all, bug all"));
    }

    @ParameterizedTest
    @MethodSource("deliveries")
    void unitsGoInOrder(String units, boolean allOrNothing, String outcomes, String asked) {
        FakeNextHop nextHop = new FakeNextHop();
        List<DeliveryUnit> all = Arrays.stream(units.split("\\|"))
                .map(names -> unit(names, names))
                .toList();
        assertThat(describe(new HopDelivery(nextHop).deliver(all, allOrNothing)))
                .isEqualTo(outcomes);
        assertThat(String.join(", ", nextHop.asked)).isEqualTo(asked);
    }

    @Test
    void nothingIsSentWhenAnyEnvelopeNamesSomebodyElse() {
        FakeNextHop nextHop = new FakeNextHop();
        List<DeliveryUnit> units = List.of(unit("a", "a"), unit("b", "b mallory"));
        assertThatThrownBy(() -> new HopDelivery(nextHop).deliver(units, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the unit is not for mallory@example.net");
        assertThat(nextHop.asked).isEmpty();
    }

    private static DeliveryUnit unit(String named, String written) {
        List<Recipient> recipients = recipients(written);
        Set<MailAddress> permitted =
                recipients(named).stream().map(Recipient::address).collect(Collectors.toSet());
        return new DeliveryUnit(
                SendablesForTests.untouched(RawMessage.of(new byte[0]), permitted),
                new OutgoingEnvelope(
                        new ReversePath.NullPath(), recipients, MailParameters.NONE, new byte[0], Optional.empty()),
                List.of());
    }

    private static List<Recipient> recipients(String names) {
        return Arrays.stream(names.split(" "))
                .map(name -> Recipient.of(MailAddress.of(name + "@example.net")))
                .toList();
    }

    private static String names(OutgoingEnvelope envelope) {
        return envelope.recipients().stream()
                .map(recipient -> recipient.address().localPart())
                .collect(Collectors.joining(" "));
    }

    private static String describe(List<List<NextHop.Outcome>> outcomes) {
        return outcomes.stream()
                .map(unit -> unit.stream()
                        .map(outcome -> outcome.reason()
                                        .filter(reason -> reason != Reason.NEXT_HOP_REFUSED)
                                        .map(Reason::name)
                                        .orElseGet(() ->
                                                String.valueOf(outcome.reply().code()))
                                + (outcome.inDoubt() ? " in doubt" : ""))
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" | "));
    }
}
