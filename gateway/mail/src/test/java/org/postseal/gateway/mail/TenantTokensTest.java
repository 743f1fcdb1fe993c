package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.policy.outcome.Reason;

class TenantTokensTest {
    private static final InetSocketAddress LISTENER = new InetSocketAddress("192.0.2.25", 25);
    private static final TenantTokens BOTH = new TenantTokens("X-Via", secret("of-our-users"), secret("from-outside"));

    @Test
    void theValueTellsWhoseMailItIs() throws IOException {
        assertThat(admitted(BOTH, "of-our-users").envelope().peer())
                .isEqualTo(peer().provedAs(Role.SUBMISSION))
                .extracting(Peer::isTrusted, Peer::mayRelay)
                .containsExactly(true, true);
        assertThat(admitted(BOTH, "from-outside").envelope().peer())
                .extracting(Peer::role, Peer::isTrusted, Peer::mayRelay)
                .containsExactly(Role.INBOUND, false, false);
    }

    /** The listener stands for the tenant where upstreams have names. */
    @Test
    void whoeverShowsAValueStillCameInAtTheListener() throws IOException {
        assertThat(admitted(BOTH, "of-our-users").envelope().peer().listener())
                .isEqualTo(new Peer.Listener(
                        Peer.Protocol.SMTP, Role.SUBMISSION, Peer.Authors.REVERSE_PATH, Optional.of(LISTENER)));
    }

    @Test
    void theFieldIsTakenOutAndEverythingElseStays() throws IOException {
        RawMessage message =
                RawMessage.of("A: 1\r\n 2\r\nx-via: from-outside\r\nB:\t3 \r\n\r\nX-Via: 4\r\n\0\r".getBytes(US_ASCII));
        Parsed<TenantTokens.Admitted> result = BOTH.admit(envelope(), message);
        assertThat(((Parsed.Success<TenantTokens.Admitted>) result)
                        .value()
                        .message()
                        .toByteArray())
                .isEqualTo("A: 1\r\n 2\r\nB:\t3 \r\n\r\nX-Via: 4\r\n\0\r".getBytes(US_ASCII));
    }

    @Test
    void whatIsNotExpectedIsNobodys() throws IOException {
        TenantTokens inboundOnly = new TenantTokens("X-Via", Optional.empty(), secret("from-outside"));
        assertThat(inboundOnly.admit(envelope(), message("of-our-users")))
                .isEqualTo(Parsed.refused(Reason.TENANT_NOT_KNOWN, "another value of X-Via"));
        assertThat(BOTH.admit(envelope(), RawMessage.of("A: 1\r\n\r\n".getBytes(US_ASCII))))
                .isEqualTo(Parsed.refused(Reason.TENANT_NOT_KNOWN, "no X-Via"));
    }

    private static TenantTokens.Admitted admitted(TenantTokens tokens, String value) throws IOException {
        return ((Parsed.Success<TenantTokens.Admitted>) tokens.admit(envelope(), message(value))).value();
    }

    private static RawMessage message(String value) {
        return RawMessage.of(("X-Via: " + value + "\r\n\r\n").getBytes(US_ASCII));
    }

    private static Optional<Secret> secret(String text) {
        return Optional.of(Secret.of(text.getBytes(US_ASCII)));
    }

    private static Peer peer() {
        return new Peer(
                new InetSocketAddress("192.0.2.1", 25),
                new Peer.Greeting("mail.example", true),
                new Peer.Listener(Peer.Protocol.SMTP, Role.BOTH, Peer.Authors.REVERSE_PATH, Optional.of(LISTENER)),
                false);
    }

    private static Envelope envelope() {
        return new Envelope(
                new QueueId("1"),
                new ReversePath.NullPath(),
                List.of(),
                MailParameters.NONE,
                peer(),
                Instant.EPOCH,
                Intake.now());
    }
}
