package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.SmtpSender.Outcome;
import org.postseal.gateway.testkit.TestPki;

/** Awkward MIME of others passes octet for octet with one Received on top, or is refused with a named reason. */
class AwkwardMailIT {
    private static final Pattern RECEIVED = Pattern.compile("\\AReceived: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*");
    /** 5.6.x is a fault of the message, 5.3.4 its size, and 5.4.6 a loop. */
    private static final Pattern NAMED_REFUSAL = Pattern.compile("5\\d\\d (5\\.6\\.\\d+|5\\.3\\.4|5\\.4\\.6) \\S.*");

    private static @Nullable TestPki pki;
    private static @Nullable GatewayProcess gateway;
    private static @Nullable ScriptedNextHop nextHop;

    @BeforeAll
    static void start() throws IOException {
        Requirements.corpora();
        pki = new TestPki();
        nextHop = new ScriptedNextHop();
        gateway = new GatewayProcess(pki).start("""
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: false
                RequireEncryptedSMIMEMessages: false
            rules:
              - id: as-the-mailbox-wants
                when: always
                then: mailboxPolicy
            """, nextHop.port());
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, nextHop, pki);
    }

    @BeforeEach
    void nothingArrivedYet() {
        hop().clear();
    }

    static Stream<Path> messages() throws IOException {
        try (Stream<Path> files = Files.list(Requirements.corpora().resolve("mime"))) {
            return files.filter(file -> file.toString().endsWith(".msg")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void passesAsItCameOrIsRefusedByName(Path file) throws IOException {
        byte[] message = withCrlf(Files.readAllBytes(file));

        for (int port : List.of(running().submissionSmtp(), running().inboundSmtp())) {
            hop().clear();
            try (SmtpSender connection = SmtpSender.smtp(port)) {
                String parameters = connection.extensions().contains("8BITMIME") ? " BODY=8BITMIME" : "";
                Outcome outcome =
                        connection.send("sender@example.org", parameters, List.of("alice@example.com"), "", message);

                String reply = outcome.data().getFirst();
                if (reply.startsWith("2")) {
                    assertThat(hop().ended()).hasSize(1);
                    assertThat(withoutOneReceived(hop().ended().getFirst().content()))
                            .isEqualTo(new String(message, ISO_8859_1));
                } else {
                    assertThat(reply).matches(NAMED_REFUSAL);
                    assertThat(hop().ended()).isEmpty();
                    System.out.println(file.getFileName() + ": " + reply);
                }
                // The session goes on, whatever the message was.
                assertThat(connection.exchange("NOOP")).startsWith("250");
            }
        }
    }

    private static String withoutOneReceived(byte[] data) {
        String text = new String(data, ISO_8859_1);
        assertThat(text).matches(Pattern.compile(RECEIVED.pattern() + "(?s:.*)"));
        return RECEIVED.matcher(text).replaceFirst("");
    }

    /** Makes octets as an SMTP client sends them: every line ends in CRLF, the last one too. */
    private static byte[] withCrlf(byte[] octets) {
        String text = new String(octets, ISO_8859_1).replaceAll("\r\n|\r|\n", "\r\n");
        return (text.endsWith("\r\n") ? text : text + "\r\n").getBytes(ISO_8859_1);
    }

    private static ScriptedNextHop hop() {
        return Objects.requireNonNull(nextHop, "not started");
    }

    private static GatewayProcess running() {
        return Objects.requireNonNull(gateway, "not started");
    }
}
