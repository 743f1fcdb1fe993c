package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.AddressRange;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;

class OriginTest {
    private static final Origin ORIGIN =
            new Origin(address -> AddressRange.of("10.0.0.0/8").contains(address)
                    || AddressRange.of("2001:db8::/32").contains(address));

    @ParameterizedTest(name = "{0} trusted={1} ADDR={2} SOURCE={3}: {4}")
    @CsvSource(nullValues = "-", textBlock = """
            # role     , trusted, ADDR               , SOURCE, may submit
            SUBMISSION , true   , none               , -     , true
            SUBMISSION , true   , 192.0.2.9          , REMOTE, true
            SUBMISSION , false  , none               , -     , false
            SUBMISSION , false  , 10.1.1.1           , LOCAL , false
            INBOUND    , true   , none               , -     , false
            INBOUND    , true   , 10.1.1.1           , LOCAL , false
            INBOUND    , false  , none               , -     , false
            BOTH       , true   , none               , -     , true
            BOTH       , false  , none               , -     , false
            BOTH       , false  , 10.1.1.1           , LOCAL , false
            BOTH       , true   , -                  , -     , false
            BOTH       , true   , -                  , LOCAL , true
            BOTH       , true   , -                  , local , true
            BOTH       , true   , -                  , REMOTE, false
            BOTH       , true   , 10.1.1.1           , REMOTE, true
            BOTH       , true   , 10.1.1.1           , -     , true
            BOTH       , true   , 192.0.2.9          , REMOTE, false
            BOTH       , true   , 192.0.2.9          , -     , false
            BOTH       , true   , IPv6:2001:db8::1   , REMOTE, true
            BOTH       , true   , ipv6:2001:db8::1   , REMOTE, true
            BOTH       , true   , IPv6:2001:db9::1   , REMOTE, false
            BOTH       , true   , 2001:db8::1        , REMOTE, false
            BOTH       , true   , IPv6:10.1.1.1      , REMOTE, false
            BOTH       , true   , mx.example.com     , -     , false
            BOTH       , true   , 10.1.1.1           , OTHER , true
            BOTH       , true   , 10.1.1.1           , LOCAL , true
            BOTH       , true   , 192.0.2.9          , LOCAL , false
            """)
    void ownMailIsToldFromForeignMail(
            Peer.Role role, boolean isTrusted, @Nullable String address, @Nullable String source, boolean expected) {
        Letter letter = new Letter(
                Peer.Protocol.LMTP,
                role,
                isTrusted,
                new ReversePath.NullPath(),
                List.of(Parties.BOB),
                "none".equals(address) ? Optional.empty() : Optional.of(client(address, source)),
                MailParameters.NONE);

        assertThat(ORIGIN.maySubmit(letter.peer())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"SUBMISSION, true", "BOTH, true", "INBOUND, false"})
    void whoHasLoggedInSubmitsWhereverHeIs(Peer.Role role, boolean expected) {
        Peer peer = new Letter(
                        Peer.Protocol.SMTP,
                        role,
                        false,
                        new ReversePath.NullPath(),
                        List.of(Parties.BOB),
                        Optional.empty(),
                        MailParameters.NONE)
                .peer();
        Login alice = new Login("alice@example.com", Set.of(Parties.ALICE), Set.of(), false);
        Peer loggedIn = new Peer(
                peer.address(),
                peer.greeting(),
                peer.listener(),
                peer.isTrusted(),
                peer.xforward(),
                peer.tls(),
                peer.proxy(),
                Optional.of(alice));
        assertThat(peer.mayRelay()).isFalse();
        // Otherwise no rule for outbound mail would apply to what this client relays.
        assertThat(loggedIn.mayRelay()).isEqualTo(expected);
        assertThat(ORIGIN.maySubmit(peer)).isFalse();
        assertThat(ORIGIN.maySubmit(loggedIn)).isEqualTo(expected);
    }

    @Test
    void aClientWithoutAnAddressIsNotOneOfOurs() {
        Peer.Xforward named = new Peer.Xforward(
                Optional.of("laptop"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("laptop"),
                Optional.of("ESMTP"),
                Optional.empty(),
                Optional.of("4ABC"));

        assertThat(ORIGIN.maySubmit(new Letter(
                                Peer.Protocol.SMTP,
                                Peer.Role.BOTH,
                                true,
                                new ReversePath.NullPath(),
                                List.of(Parties.BOB),
                                Optional.of(named),
                                MailParameters.NONE)
                        .peer()))
                .isFalse();
    }

    private static Peer.Xforward client(@Nullable String address, @Nullable String source) {
        return new Peer.Xforward(
                Optional.empty(),
                Optional.ofNullable(address),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(source),
                Optional.empty());
    }
}
