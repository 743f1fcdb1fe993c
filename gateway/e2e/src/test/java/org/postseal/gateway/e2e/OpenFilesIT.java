package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** A process may have 256 files open, and there are more connections than those suffice for. */
@Timeout(300)
class OpenFilesIT {
    private static final int PLACES = (256 - 128) / 2;

    @Test
    void whoIsLetInIsServedTheOthersAreSentAwayAndNothingStaysBroken() throws Exception {
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki)) {
            gateway.launcher(List.of("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"))
                    .start(Modes.RELAY_EVERYTHING, hop.port());
            List<Socket> crowd = new ArrayList<>();
            try (SmtpSender sender = SmtpSender.smtp(gateway.submissionSmtp())) {
                for (int i = 0; i < 400; i++) {
                    crowd.add(new Socket(InetAddress.getLoopbackAddress(), gateway.submissionSmtp()));
                }
                List<String> greetings = new ArrayList<>();
                for (Socket one : crowd) {
                    greetings.add(greeting(one));
                }
                assertThat(greetings.stream().filter(line -> line.startsWith("220 ")))
                        .as(gateway.log())
                        .hasSize(PLACES - 1);
                assertThat(greetings.stream().filter(line -> !line.startsWith("220 ")))
                        .contains("421 4.3.2 Too many connections, try again later")
                        .allMatch(line -> line.startsWith("421 4.3.2 ") || line.isEmpty());

                // The message is larger than what is kept in memory, so it needs a file and a connection to the next
                // hop.
                assertThat(send(sender, "full", "x".repeat(70) + "\r\n"))
                        .as(gateway.log())
                        .startsWith("250 ");
            } finally {
                for (Socket one : crowd) {
                    one.close();
                }
            }
            Await.until(
                    () -> {
                        try (SmtpSender later = SmtpSender.smtp(gateway.submissionSmtp())) {
                            return send(later, "later", "").startsWith("250 ");
                        } catch (java.io.UncheckedIOException stillSentAway) {
                            return false;
                        }
                    },
                    gateway::log);
            assertThat(gateway.log())
                    .contains("open files: 256 at a time are enough for " + PLACES + " connections")
                    .doesNotContain("Too many open files");
        }
    }

    private static String send(SmtpSender sender, String id, String line) {
        String entity = SmimeMail.entity("Hello\r\n" + line.repeat(5000));
        return sender.send(
                        ModeRoad.PLAIN,
                        List.of(ModeRoad.BOB),
                        SmimeMail.message(id, ModeRoad.PLAIN, ModeRoad.BOB, entity)
                                .octets())
                .data()
                .getFirst();
    }

    /** Returns the greeting; empty if there is none. A peer that is turned away closes the connection. */
    private static String greeting(Socket peer) throws IOException {
        peer.setSoTimeout(20_000);
        try {
            String line = new BufferedReader(new InputStreamReader(peer.getInputStream(), ISO_8859_1)).readLine();
            if (line == null || !line.startsWith("220 ")) {
                peer.close();
            }
            return line == null ? "" : line;
        } catch (SocketException reset) {
            return "";
        }
    }
}
